"""Insertion of an experience into a story, after everything up to its year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from human_simulacra.construction.editing.affected_texts import AffectedText
from human_simulacra.construction.editing.edit_request import EditRequest
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.story.passage_checks import find_passage_faults
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_splitting import split_paragraphs
from human_simulacra.errors import UserError
from human_simulacra.types import Character, Paragraph
from human_simulacra.validation.years_and_ages import years

_NUMBER = re.compile(r"(\d+)\Z")


def insert_experience(
    character: Character, story: Sequence[Paragraph], request: EditRequest
) -> tuple[list[Paragraph], list[Paragraph]]:
    """Inserts an experience into a story; returns the new story, and its new paragraphs.

    Existing paragraphs keep their ids, so that memories and evidence still refer to them. Without a requested year, it is the
    last year of this life in the text, else the reference year.

    Raises:
        UserError: If the year is outside the life.
    """
    life = Lifetime.from_character(character)
    named = [year for year in years(request.experience) if life.born.year <= year <= life.today.year]
    year = request.year if request.year is not None else (named[-1] if named else life.today.year)
    if not life.born.year <= year <= life.today.year:
        raise UserError(
            f"--year {year} is not in {character.name}'s life: give a year from {life.born.year} to {life.today.year}"
        )
    place = find_insertion_point(story, year)
    before = story[place - 1] if place else (story[0] if story else None)
    taken = max((int(match[1]) for p in story if (match := _NUMBER.search(p.id))), default=0)
    new = [
        Paragraph(
            id=f"{character.id}-s{taken + offset:03d}", character=character.id, chapter=before.chapter if before else "One",
            chapter_index=before.chapter_index if before else 1, first_year=year, last_year=year, index=0, text=text,
        )
        for offset, text in enumerate((" ".join(part.split()) for part in split_paragraphs(request.experience)), 1)
    ]  # fmt: skip
    whole = [replace(p, index=index) for index, p in enumerate([*story[:place], *new, *story[place:]], 1)]
    return whole, whole[place : place + len(new)]


def find_experience_faults(
    character: Character, story: Sequence[Paragraph], new: Sequence[Paragraph], pools: Pools
) -> list[AffectedText]:
    """Returns the contradictions with the profile of new paragraphs, which `story` contains."""
    life = Lifetime.from_character(character)
    before = {p.id: earlier.text for earlier, p in pairwise(story)}
    return [
        AffectedText("paragraph", p.id, fault, p.text)
        for p in new
        for fault in find_passage_faults(p.text, "", before.get(p.id, ""), life, pools)
    ]


def find_insertion_point(story: Sequence[Paragraph], year: int) -> int:
    """Returns the index in a story at which events of a year belong.

    The date of a paragraph is the latest of its chapter's first year and the years that it and earlier paragraphs name. Years
    outside the chapter, of a look back or ahead, do not count.
    """
    latest = 0
    for place, paragraph in enumerate(story):
        inside = [named for named in years(paragraph.text) if paragraph.first_year <= named <= paragraph.last_year]
        latest = max(latest, paragraph.first_year, *inside)
        if latest > year:
            return place
    return len(story)
