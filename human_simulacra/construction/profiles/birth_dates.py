"""Birth dates, ages, and the reference date on which ages hold."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from contextlib import suppress

from human_simulacra.errors import UserError
from human_simulacra.life_dates import age_on


def find_reference_date(people: Sequence[tuple[str, int, str]]) -> tuple[datetime.date, list[str]]:
    """Returns the earliest day on which most stated ages are right, and the names of those whose age is wrong on it.

    `people` are (name, age, date of birth as YYYY-MM-DD); raises a `UserError` if no age and birth date can be parsed.
    """
    spans = {}
    for name, age, born in people:
        with suppress(ValueError):
            first = birthday(datetime.date.fromisoformat(born), age)
            spans[name] = first, birthday(first, 1)
    if not spans:
        raise UserError("no profile has a parseable age and date of birth: correct character_profiles.json")

    def fitting(day: datetime.date) -> set[str]:
        return {name for name, (first, last) in spans.items() if first <= day < last}

    best = max((first for first, _ in spans.values()), key=lambda day: (len(fitting(day)), -day.toordinal()))
    return best, [name for name, _, _ in people if name not in fitting(best)]


def birthday(born: datetime.date, years: int) -> datetime.date:
    """Returns the date so many years after a birth; 28 February for the 29th in a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return born.replace(year=born.year + years, day=28)


def draw_birth_date(rng: random.Random, age: int, day: datetime.date) -> datetime.date:
    """Draws a date of birth uniformly among those that give an age on a day."""
    around = birthday(day, -age)
    possible = (around + datetime.timedelta(days=offset) for offset in range(-367, 2))
    return rng.choice([born for born in possible if age_on(born, day) == age])


def parse_date(key: str, given: object) -> datetime.date:
    """Parses an ISO date; raises a `UserError` that names `key` if it is invalid."""
    try:
        return datetime.date.fromisoformat(str(given))
    except ValueError:
        raise UserError(f"{key} {given!r} is no date: write YYYY-MM-DD") from None
