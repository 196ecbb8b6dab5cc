"""The day on which a set of people have the ages that are given for them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from human_simulacra.errors import UserError


def reference_date(people: Sequence[tuple[str, int, str]]) -> tuple[datetime.date, list[str]]:
    """Finds the day on which most ages are right.

    Args:
        people: (name, age, date of birth as YYYY-MM-DD) of each.

    Returns:
        The earliest such day and the names whose age is wrong on it.
    """
    spans = []
    for name, age, born in people:
        try:
            first = _birthday(datetime.date.fromisoformat(born), age)
        except ValueError:
            continue
        spans.append((name, first, _birthday(first, 1)))
    if not spans:
        raise UserError("no profile has a readable age and date of birth: mend character_profiles.json")

    def fitting(day: datetime.date) -> set[str]:
        return {name for name, first, last in spans if first <= day < last}

    best = max((first for _, first, _ in spans), key=lambda day: (len(fitting(day)), -day.toordinal()))
    return best, [name for name, _, _ in people if name not in fitting(best)]


def _birthday(born: datetime.date, years: int) -> datetime.date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:  # 29 February
        return born.replace(year=born.year + years, day=28)
