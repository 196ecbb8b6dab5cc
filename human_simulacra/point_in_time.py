"""A point in time of a life, and what its person knows at it: paragraphs, memories, the biography and the profile of the time."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from human_simulacra.errors import UserError
from human_simulacra.life_dates import age_on
from human_simulacra.schema import Month, Text, Year
from human_simulacra.types import Character, Memory, Paragraph

# The point in time of a run that gives everybody the whole life, whatever the rows say.
TODAY = "today"
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True)
class ProfileAt:
    """Who a person was from a month (or year) on: work, education, people, hobbies and goals of that time.

    It holds until the next row's date; nothing in it tells of a later time. `family` says who the near people are and how they
    stand. `evidence` names the paragraphs that show it.
    """

    id: Text
    character: Text
    year: Year
    month: Month | None
    occupation: str
    education: str
    family: str
    hobbies: tuple[str, ...]
    short_term_goals: tuple[str, ...]
    long_term_goal: str
    evidence: tuple[Text, ...]


@dataclass(frozen=True)
class CharacterAt(Character):
    """A character as of a point in time; `family_now` says who the near people are at that time and how they stand."""

    family_now: str


@dataclass(frozen=True)
class PointInTime:
    """A point in a life: the end of a year or month, or the moment before a paragraph.

    `before` is the index of that paragraph, None for a date. `month` is None for a whole year, and for a paragraph whose month
    is unknown.
    """

    year: int
    month: int | None
    before: int | None = None

    @property
    def date(self) -> datetime.date:
        """The last day of the year or month."""
        month = self.month or 12
        return datetime.date(self.year, month, calendar.monthrange(self.year, month)[1])

    def reached(self, year: int, month: int | None) -> bool:
        """Returns whether a month, or all of a year, is over or under way at this point."""
        return (year, month or 12) <= (self.year, self.month or 12)

    def knows(self, paragraph: Paragraph) -> bool:
        """Returns whether everything that a dated paragraph tells lies before this point.

        Before a paragraph, the order of the story decides within a month, and within a year where the month is unknown.
        """
        if self.before is None:
            return self.reached(paragraph.end_year or 0, paragraph.end_month)
        return paragraph.index < self.before and self.reached(paragraph.end_year or 0, paragraph.end_month or 1)


def name_point(as_of: str | int | None) -> str:
    """Returns the name of a point in time as a user gives it, as text; empty for today."""
    return "" if as_of in (None, TODAY) else str(as_of)


def find_point(of_model: str | int | None, of_row: str) -> str:
    """Returns at which point in time a model answers a row: its own, `today`, or that of the row; empty for today.

    Args:
        of_model: The model's setting; None or empty if it has none.
        of_row: The row's; empty if it has none.
    """
    return name_point(of_model) if of_model else of_row


def parse_point_in_time(as_of: str, character: Character, story: Sequence[Paragraph]) -> PointInTime:
    """Parses a point in time of a character's life.

    Args:
        as_of: A year (`1999`: its end), a month (`1999-05`: its end) or the id of a paragraph (the moment before it).
        character: The character.
        story: Its dated paragraphs.

    Raises:
        UserError: If it is none of these, or is not between the birth and the reference date.
    """
    for paragraph in story:
        if paragraph.id == as_of:
            return PointInTime(paragraph.year or 0, paragraph.month, paragraph.index)
    found = _DATE.fullmatch(as_of)
    if not found or not 1 <= int(found[2] or 12) <= 12:
        example = f"{character.id}-s001" if not story else story[len(story) // 2].id
        raise UserError(
            f"as_of '{as_of}' is no point in the life of '{character.id}': give a year such as 1999, a month such as 1999-05, or "
            f"the id of a paragraph of this life, such as {example}"
        )
    point = PointInTime(int(found[1]), int(found[2]) if found[2] else None)
    born, today = character.date_of_birth, character.reference_date
    if not born[: len(as_of)] <= as_of <= today[: len(as_of)]:
        raise UserError(f"as_of '{as_of}' is outside the life of '{character.id}', {born} to {today}: choose a time between them")
    return point


def known_memories(memories: Iterable[Memory], known: Iterable[Paragraph]) -> list[Memory]:
    """Returns the memories all of whose paragraphs are known."""
    ids = {paragraph.id for paragraph in known}
    return [memory for memory in memories if memory.paragraphs and ids.issuperset(memory.paragraphs)]


def profile_at(point: PointInTime, rows: Sequence[ProfileAt], story: Sequence[Paragraph]) -> ProfileAt:
    """Returns the profile that holds at a point in time; before the first row's date, the first one.

    Args:
        point: The point in time.
        rows: The rows of one life, at least one.
        story: Its paragraphs, all of them.
    """
    ordered = sorted(rows, key=lambda row: (row.year, row.month or 1))
    later = {p.id for p in story if point.before is not None and p.index >= point.before}
    holding = [
        row for row in ordered if (row.year, row.month or 1) <= (point.year, point.month or 12) and not later & {*row.evidence}
    ]
    return holding[-1] if holding else ordered[0]


def character_at(character: Character, point: PointInTime, profile: ProfileAt) -> CharacterAt:
    """Returns the character as of a point in time: its age, its profile, and the biography as far as it has come.

    A sentence of the biography is dated by a year, so within a year those of the same year are left out. The traits stay: they
    say what a person is like in general.
    """
    today = min(point.date, datetime.date.fromisoformat(character.reference_date))
    whole_year = point.before is None and (point.month is None or today.isoformat() == character.reference_date)
    told = tuple(s for s in character.biography_dated if s.year < point.year or (whole_year and s.year == point.year))
    then = replace(
        character, age=age_on(datetime.date.fromisoformat(character.date_of_birth), today), reference_date=today.isoformat(),
        occupation=profile.occupation, education=profile.education, hobbies=profile.hobbies,
        short_term_goals=profile.short_term_goals, long_term_goal=profile.long_term_goal, biography_dated=told,
        biography=" ".join(sentence.text for sentence in told),
    )  # fmt: skip
    return CharacterAt(**{field.name: getattr(then, field.name) for field in fields(then)}, family_now=profile.family)
