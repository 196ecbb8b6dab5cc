"""Checks that a data folder is consistent. Every folder must pass them, since a failure breaks an evaluation."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from human_simulacra.library import slug
from human_simulacra.life_dates import age_on
from human_simulacra.row_references import named_paragraphs
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from human_simulacra.validation.quality_gate import Gate
from human_simulacra.validation.years_and_ages import ages as stated_ages
from human_simulacra.validation.years_and_ages import years

# A year this far after the reference date is a forecast, not an error.
FORECAST_YEARS = 10


def check_ids(people: Sequence[CharacterRows]) -> Gate:
    """Checks that ids are unique, belong to their character and are in order."""
    problems, seen = [], Counter()
    for person in people:
        if person.id != slug(person.character.name) or person.character.id != person.id:
            problems.append(person.locate(f"id and folder must be the slug of the name, '{slug(person.character.name)}'"))
        rows: list[LocatedRow] = [*person.story, *person.referring]
        for located in rows:
            seen[located.row.id] += 1
            if seen[located.row.id] == 2:
                problems.append(located.locate(f"id '{located.row.id}' is used twice"))
            if located.row.character != person.id or not located.row.id.startswith(person.id):
                problems.append(located.locate(f"id '{located.row.id}' is not of the character '{person.id}'"))
        for rows in (person.story, person.memories):
            for position, located in enumerate(rows, 1):
                if located.row.index != position:
                    problems.append(located.locate(f"index {located.row.index} is in place {position}"))
    return Gate("ids", f"{len(seen)} ids", "unique, of their character, in order", problems)


def check_references(people: Sequence[CharacterRows]) -> Gate:
    """Checks that paragraphs named by memories and questions exist, and that memories cover all paragraphs."""
    problems, named = [], 0
    for person in people:
        known = {p.row.id for p in person.story}
        for located in person.referring:
            ids = [paragraph for key, paragraph in named_paragraphs(located.row) if key in ("paragraphs", "evidence")]
            named += len(ids)
            problems += [located.locate(f"paragraph '{i}' does not exist") for i in ids if i not in known]
        covered = {i for m in person.memories for i in m.row.paragraphs}
        if covered and (left := sorted(known - covered)):
            problems.append(f"{person.folder / 'memories.jsonl'}: no memory covers paragraph '{left[0]}' ({len(left)} such)")
    return Gate("paragraph references", f"{named} references", "all exist, memories cover the story", problems)


def check_answer_keys(people: Sequence[CharacterRows]) -> Gate:
    """Checks that questions are in the file of their type; that options and key agree is part of reading a row."""
    problems = [
        located.locate(f"type '{located.row.type}' is in {kind}.jsonl")
        for person in people
        for kind, rows in person.questions.items()
        for located in rows
        if located.row.type != kind
    ]
    count = sum(len(person.all_questions) for person in people)
    return Gate("keys", f"{count} questions", "type, options and key agree", problems)


def check_ages(people: Sequence[CharacterRows]) -> Gate:
    """Checks ages against dates of birth, and the years and ages named in a story against its chapters."""
    problems, checked = [], 0
    for person in people:
        character = person.character
        born = datetime.date.fromisoformat(character.date_of_birth)
        day = datetime.date.fromisoformat(character.reference_date)
        age = age_on(born, day)
        if age != character.age:
            problems.append(person.locate(f"born {born}, the age on {day} is {age}, not {character.age}"))
        subject = character.name.split()[0]
        for located in person.story:
            first, last = located.row.first_year, located.row.last_year
            if not last:
                continue
            for year in years(located.row.text):
                checked += 1
                if last < year < day.year + FORECAST_YEARS:
                    problems.append(located.locate(f"the year {year} comes after its chapter, {first}-{last}"))
            for said, value in stated_ages(located.row.text, subject):
                checked += 1
                if not first - born.year - 1 <= value <= last - born.year:
                    problems.append(located.locate(f"'{said}' does not fit the chapter's years {first}-{last}, born {born.year}"))
    return Gate("ages and years", f"{checked} years and ages named", "fit the dates of birth and the chapters", problems)


CONSISTENCY_CHECKS = (check_ids, check_references, check_answer_keys, check_ages)
