"""Choosing a point in a character's life by the year."""

from __future__ import annotations

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.library_as_of import LibraryAsOf

YOUNGEST = 6  # the age from which a character can be chosen; a younger one holds no conversation


def choosable_years(library: Library, character: str) -> range | None:
    """Returns the years at which a character can be met; the last one stands for today. None if its data is undated."""
    person = library.character(character)
    first, last = int(person.date_of_birth[:4]) + YOUNGEST, int(person.reference_date[:4])
    try:
        LibraryAsOf(library, str(last)).point(character)
    except UserError:
        return None
    return range(first, last + 1) if first < last else None


def year_of(library: Library, character: str, as_of: str) -> int:
    """Returns the year of a point in a character's life; that of today for an empty one."""
    today = int(library.character(character).reference_date[:4])
    return LibraryAsOf(library, as_of).point(character).year if as_of else today


def point_in_year(library: Library, character: str, year: int | None, before: str) -> str:
    """Returns the point in time that a chosen year stands for: empty for today.

    Args:
        library: The whole lives.
        character: Id of the character.
        year: The year; None for today.
        before: The point so far, which stays if it is in this year: it can be a month or a paragraph.
    """
    years = choosable_years(library, character)
    if year is None or years is None:
        return ""
    if before and year_of(library, character, before) == year:
        return before
    return "" if year >= years[-1] else str(max(year, years[0]))


def describe_time(library: Library, character: str, as_of: str) -> str:
    """Returns a point in time and the age then, such as `1999, aged 21`."""
    age = (LibraryAsOf(library, as_of) if as_of else library).character(character).age
    return f"{as_of or 'today'}, aged {age}"
