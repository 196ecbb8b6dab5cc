"""Checks the dates of paragraphs, memories and biographies, against each other and against the text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from human_simulacra.life_dates import possible_ages, span_of
from human_simulacra.types import Character, Memory, Paragraph
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate
from human_simulacra.validation.years_and_ages import ages, years


def check_dates(people: Sequence[CharacterRows]) -> Gate:
    """Checks that what is dated is dated consistently. Undated rows pass: they only cannot be cut off at a point in time."""
    problems, dated, total = [], 0, 0
    for person in people:
        born = _date(person.character.date_of_birth)
        today = _date(person.character.reference_date)
        if born is None or today is None:  # reported by the gate on ages
            continue
        total += len(person.story)
        dated += sum(p.row.year is not None for p in person.story)
        for located in person.story:
            problems += [located.locate(p) for p in _paragraph_problems(located.row, person.character, born, today)]
        paragraphs = {p.row.id: p.row for p in person.story}
        for located in person.memories:
            problems += [located.locate(p) for p in _memory_problems(located.row, paragraphs)]
        problems += [person.locate(p) for p in _biography_problems(person.character)]
    return Gate("dates", f"{dated} of {total} paragraphs dated", "fit the text, the birth, the chapter and each other", problems)


def check_all_dated(people: Sequence[CharacterRows]) -> Gate:
    """Checks that every paragraph and every sentence of every biography is dated."""
    problems = [p.locate("the paragraph has no year") for person in people for p in person.story if p.row.year is None]
    problems += [person.locate("biography_dated is missing") for person in people if not person.character.biography_dated]
    count = sum(len(person.character.biography_dated) for person in people)
    return Gate("everything dated", f"{count} sentences of biographies", "every paragraph and sentence", problems)


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _paragraph_problems(p: Paragraph, character: Character, born: datetime.date, today: datetime.date) -> Iterator[str]:
    if p.year is None:
        return
    if p.end_year is None or p.age is None:
        yield "a dated paragraph needs year, end_year and age"
        return
    if any(month is not None and not 1 <= month <= 12 for month in (p.month, p.end_month)):
        yield f"months are 1 to 12, not {p.month} and {p.end_month}"
    if (p.end_year, p.end_month or 12) < (p.year, p.month or 1):
        yield f"it ends in {p.end_year}, before it begins in {p.year}"
    if (p.end_year, p.end_month or 1) > (today.year, today.month):
        yield f"it ends in {p.end_year}, after the reference date {today}"
    if p.last_year and not p.first_year <= p.year <= p.end_year <= p.last_year:
        yield f"its years {p.year}-{p.end_year} are outside its chapter, {p.first_year}-{p.last_year}"
    if p.end_year < born.year:
        yield f"it ends in {p.end_year}, before the birth in {born.year}"
    if p.age not in possible_ages(born, p.year, p.month):
        yield f"the age {p.age} does not fit {p.year}, born {born}"
    yield from (
        f"the text names {named}, after its end in {p.end_year}" for named in years(p.text) if p.end_year < named <= today.year
    )
    for said, value in ages(p.text, character.name.split()[0]):
        if not p.year - born.year - 1 <= value <= p.end_year - born.year:
            yield f"'{said}' does not fit {p.year}-{p.end_year}, born {born.year}"


def _memory_problems(memory: Memory, paragraphs: dict[str, Paragraph]) -> Iterator[str]:
    span = span_of([paragraphs[i] for i in memory.paragraphs if i in paragraphs])
    for key, value in asdict(span).items():
        if getattr(memory, key) != value:
            yield f"{key} is {getattr(memory, key)}, its paragraphs have {value}"
            return


def _biography_problems(character: Character) -> Iterator[str]:
    if not character.biography_dated:
        return
    if " ".join(s.text for s in character.biography_dated).split() != character.biography.split():
        yield "biography_dated must hold the sentences of the biography, in order"
    for sentence in character.biography_dated:
        later = [year for year in years(sentence.text) if year > sentence.year]
        if later:
            yield f"a sentence of biography_dated is dated {sentence.year} and names {later[0]}"
