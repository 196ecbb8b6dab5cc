"""A library whose characters know their lives up to a point in time and no further."""

from __future__ import annotations

from functools import cache
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.items import Scene
from human_simulacra.library import Library, T
from human_simulacra.point_in_time import (
    PointInTime,
    character_at,
    known_memories,
    parse_point_in_time,
    profile_at,
)
from human_simulacra.types import Character, Memory, Paragraph


class LibraryAsOf(Library):
    """A library as of a point in time: profiles, biographies, stories, memories and scenes end there.

    Questions and other items stay as they are: it is for the asker to ask what fits the time.

    Args:
        library: The whole lives.
        as_of: A year, a month, or the id of a paragraph; see `point_in_time.parse_point_in_time`.
    """

    def __init__(self, library: Library, as_of: str) -> None:
        self.path = library.path
        self.as_of = as_of
        self._library = library

    def keeps_texts(self, character_id: str) -> bool:
        """Returns what the whole library says: its texts are the same."""
        return self._library.keeps_texts(character_id)

    @cache  # noqa: B019 - a library lives as long as its run
    def point(self, character_id: str) -> PointInTime:
        """Returns the point in a character's life.

        Raises:
            UserError: If the character is undated, or the point is not in its life.
        """
        library, where = self._library, self.path / "characters" / character_id
        story, character = library.story(character_id), library.character(character_id)
        lacking = {
            "paragraphs with year and end_year in story.jsonl": not all(p.year and p.end_year for p in story),
            "biography_dated in profile.jsonl": not character.biography_dated,
            "profile_at.jsonl": not library.profiles_at(character_id),
        }
        if missing := [what for what, lacks in lacking.items() if lacks]:
            raise UserError(
                f"{where} is undated, so '{character_id}' cannot be put at a point in time: add {', '.join(missing)}, or leave "
                "as_of out"
            )
        return parse_point_in_time(self.as_of, character, story)

    @cache  # noqa: B019
    def _rows(self, character_id: str, name: str, kind: type[T]) -> tuple[T, ...]:
        rows: tuple[Any, ...] = self._library._rows(character_id, name, kind)
        if kind not in (Character, Paragraph, Memory, Scene):
            return rows
        point, library = self.point(character_id), self._library
        story = library.story(character_id)
        if kind is Character:
            profile = profile_at(point, library.profiles_at(character_id), story)
            rows = tuple(character_at(row, point, profile) for row in rows)
        elif kind is Scene:
            rows = tuple(row for row in rows if row.year < point.year)
        else:
            known = tuple(paragraph for paragraph in story if point.knows(paragraph))
            rows = known if kind is Paragraph else tuple(known_memories(rows, known))
        return rows


def same_age(library: Library, character_id: str, as_of: str, other: str) -> str:
    """Returns when another character was as old as this one is at a point in time: a year, or empty if it is not as old today.

    Args:
        library: The whole lives.
        character_id: The character that the point belongs to.
        as_of: The point in time; empty for today.
        other: The other character.
    """
    if not as_of:
        return ""
    age = LibraryAsOf(library, as_of).character(character_id).age
    today = library.character(other)
    return str(int(today.date_of_birth[:4]) + age) if age < today.age else ""
