"""Dates of a life: the span of what paragraphs tell, and the ages that a person can have in a month or a year."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from human_simulacra.schema import Count, Month, Year


@dataclass(frozen=True)
class Dated:
    """Something with a place in a life.

    `year` and `month` date the beginning of what it tells, `end_year` and `end_month` the latest moment that it tells anything
    about; months are 1 to 12, or None where the text does not tell them. `age` is the character's age at the beginning. All
    five are None if undated.
    """

    _: KW_ONLY
    year: Year | None = None
    month: Month | None = None
    end_year: Year | None = None
    end_month: Month | None = None
    age: Count | None = None


def span_of(paragraphs: Sequence[Dated]) -> Dated:
    """Returns the span from the earliest beginning to the latest end; undated if one of the paragraphs is."""
    dated = [(p.year, p.month or 1, p) for p in paragraphs if p.year is not None]
    ends = [(p.end_year, p.end_month or 13, p) for p in paragraphs if p.end_year is not None]
    if not paragraphs or len(dated) < len(paragraphs) or len(ends) < len(paragraphs):
        return Dated()
    first, last = min(dated, key=lambda entry: entry[:2])[2], max(ends, key=lambda entry: entry[:2])[2]
    return Dated(year=first.year, month=first.month, end_year=last.end_year, end_month=last.end_month, age=first.age)


def age_on(born: datetime.date, day: datetime.date) -> int:
    """Returns the age on a day; a birthday on 29 February is on 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def possible_ages(born: datetime.date, year: int, month: int | None) -> range:
    """Returns the ages that a person can have in a year, or in a month of it; before the birth it is 0."""
    youngest, oldest = year - born.year - 1, year - born.year
    if month is not None and month != born.month:
        youngest = oldest = oldest if month > born.month else youngest
    return range(max(0, youngest), max(0, oldest) + 1)
