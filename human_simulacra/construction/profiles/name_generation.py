"""Names of invented people by the package Faker: by locale and gender, with ids in Latin letters."""

from __future__ import annotations

import random
from collections.abc import Collection

from faker import Faker
from faker.config import AVAILABLE_LOCALES

from human_simulacra.errors import UserError, unknown
from human_simulacra.library import slug

ATTEMPTS = 200


class NameGenerator:
    """Generates names of a Faker locale, for instance `en_GB`, `de_DE` or `tr_TR`.

    Raises:
        UserError: If Faker has no such locale.
    """

    def __init__(self, locale: str) -> None:
        if locale not in AVAILABLE_LOCALES:
            raise unknown("locale", locale, AVAILABLE_LOCALES)
        self.locale = locale
        self._faker = Faker(locale)

    def draw(self, rng: random.Random, gender: str, taken: Collection[str]) -> str:
        """Draws a name whose id is not in `taken`.

        Raises:
            UserError: If the locale's names give no id in Latin letters, or no free name was found.
        """
        self._faker.seed_instance(rng.randrange(2**32))
        named = []
        for _ in range(ATTEMPTS):
            name = " ".join(str(getattr(self._faker, f"{part}_name_{gender}")()) for part in ("first", "last"))
            # The id of a name in another script would lose its letters.
            if len(slug(name)) < len(name) // 2:
                raise UserError(
                    f"names of locale {self.locale} such as '{name}' give no id in Latin letters: "
                    "take another --locale, or --set name=... in Latin letters"
                )
            if slug(name) not in taken:
                return name
            named.append(name)
        raise UserError(
            f"locale {self.locale} has too few names ('{named[-1]}' is taken): take another --locale or fewer --count"
        )
