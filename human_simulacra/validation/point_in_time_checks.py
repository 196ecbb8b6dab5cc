"""Checks what is needed to put a character at a point in time: profiles of past times, and memories without hindsight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from human_simulacra.point_in_time import PointInTime, ProfileAt
from human_simulacra.types import Paragraph
from human_simulacra.validation.later_names import NamesOfLife
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate

PROFILES = 6


def check_profiles_at(people: Sequence[CharacterRows]) -> Gate:
    """Checks that profiles of past times begin at the birth, are in order, rest on earlier paragraphs, and name nothing later."""
    problems, count = [], 0
    for person in people:
        rows = person.profile_at
        count += len(rows)
        if len(rows) < PROFILES:
            problems.append(f"{person.folder / 'profile_at.jsonl'}: {len(rows)} rows, {PROFILES} are required")
        dates = [(row.row.year, row.row.month or 1) for row in rows]
        born = person.character.date_of_birth
        if dates and dates[0] != (int(born[:4]), int(born[5:7])):
            problems.append(rows[0].locate(f"the first row must hold from the birth, {born[:7]}"))
        problems += [
            later.locate("rows must be in the order of their dates")
            for before, after, later in zip(dates, dates[1:], rows[1:], strict=False) if before >= after
        ]  # fmt: skip
        story = [p.row for p in person.story]
        names = NamesOfLife(story, (person.character.name,))
        for located in rows:
            told = _biography_before(person, located.row.year)
            problems += [located.locate(problem) for problem in _profile_problems(located.row, story, names, told)]
    return Gate("past profiles", f"{count} rows", f">= {PROFILES} a life from birth on, nothing later", problems)


def check_memory_hindsight(people: Sequence[CharacterRows]) -> Gate:
    """Checks that no memory names somebody or something of whom the story tells only after the memory's paragraphs."""
    problems, count = [], 0
    for person in people:
        story = {p.row.id: p.row for p in person.story}
        names = NamesOfLife(list(story.values()), (person.character.name,))
        for located in person.memories:
            memory, count = located.row, count + 1
            text = " ".join((memory.summary, memory.content, memory.thinking, memory.emotion))
            last = max((story[p].index for p in memory.paragraphs if p in story), default=0)
            told = _biography_before(person, memory.end_year or 0)
            if problem := names.find_later(text, lambda p, last=last: p.index <= last, told):
                problems.append(located.locate(problem))
    return Gate("memories without hindsight", f"{count} memories", "name nothing of which the story tells later", problems)


def _biography_before(person: CharacterRows, year: int) -> list[str]:
    """Returns the sentences of the biography that tell of earlier years."""
    return [sentence.text for sentence in person.character.biography_dated if sentence.year < year]


def _profile_problems(row: ProfileAt, story: Sequence[Paragraph], names: NamesOfLife, told: Sequence[str]) -> Iterator[str]:
    point = PointInTime(row.year, row.month)
    begun = {p.id for p in story if point.reached(p.year or 0, p.month or 1)}
    yield from (f"paragraph '{p}' begins after {row.year}-{row.month or 12:02d}" for p in row.evidence if p not in begun)
    text = " ".join((row.occupation, row.education, row.family, *row.hobbies, *row.short_term_goals, row.long_term_goal))
    if problem := names.find_later(text, lambda p: point.reached(p.end_year or 0, p.end_month), told):
        yield f"{problem}, of a later time"
