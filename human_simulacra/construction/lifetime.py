"""Dates of a character's life: its span, the years of it that a text names, birthdays, and dates that a user gives."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from human_simulacra.errors import UserError
from human_simulacra.types import Character
from human_simulacra.validation.years_and_ages import ages, years


@dataclass(frozen=True)
class Lifetime:
    """A character's life, from birth to the reference date of the profile (`today`)."""

    character: Character
    born: datetime.date
    today: datetime.date

    @classmethod
    def from_character(cls, character: Character) -> Lifetime:
        """Reads the dates of a profile.

        Raises:
            UserError: If a date is invalid, or birth is not before the reference date.
        """
        try:
            born = datetime.date.fromisoformat(character.date_of_birth)
            today = datetime.date.fromisoformat(character.reference_date)
        except ValueError as error:
            raise UserError(f"the profile of '{character.id}' needs dates as YYYY-MM-DD ({error}): mend profile.jsonl") from None
        if born >= today:
            raise UserError(f"the profile of '{character.id}' has a birth on {born}, not before {today}: mend profile.jsonl")
        return cls(character, born, today)

    @property
    def first_name(self) -> str:
        """The name that the story uses."""
        return self.character.name.split()[0]

    def stated_years(self, text: str) -> list[int]:
        """Returns the years that correspond to the ages stated in a text."""
        return [self.born.year + age for _, age in ages(text, self.first_name)]

    def lived_years(self, text: str) -> list[int]:
        """Returns the years of this life that a text names, first those of dates, then those of ages."""
        named = [*years(text), *self.stated_years(text)]
        return [year for year in named if self.born.year <= year <= self.today.year]


def birthday(born: datetime.date, years: int) -> datetime.date:
    """Returns the date so many years after a birth; 28 February for the 29th in a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return born.replace(year=born.year + years, day=28)


def parse_date(key: str, given: object) -> datetime.date:
    """Parses an ISO date; raises a `UserError` that names `key` if it is invalid."""
    try:
        return datetime.date.fromisoformat(str(given))
    except ValueError:
        raise UserError(f"{key} {given!r} is no date: write YYYY-MM-DD") from None
