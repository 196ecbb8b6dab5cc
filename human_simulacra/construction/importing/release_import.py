"""Conversion of the released data of "Human Simulacra" (Xie et al., ICLR 2025, arXiv 2402.18180) into a data folder."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from human_simulacra.construction.importing.release_folder import PROFILES, MemoryRow, Person, Release, read_people
from human_simulacra.construction.importing.release_questions import read_questions
from human_simulacra.construction.lifetime import birthday
from human_simulacra.construction.workspace import PROFILE, character_folder
from human_simulacra.describing.release_card import write_release_card
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.library import slug
from human_simulacra.memory.chunking import chunks
from human_simulacra.types import FUNCTIONS, QUESTION_TYPES, Character, Memory, Paragraph, Trait

TRAITS = "Attributes/traits.txt"
TITLE = "Chapter Title:"


def import_release(source: Path, target: Path) -> Release:
    """Imports a release, the folder with `character_profiles.json`, into a data folder without characters, with a card."""
    release = Release(source)
    people = read_people(release)
    if (target / "characters").exists() and any((target / "characters").iterdir()):
        raise UserError(f"{target} already holds characters: name another folder or remove it")
    day, wrong = find_reference_date([(p.name, p.age, p.profile.get("Date_of_birth", "")) for p in people])
    for person in (person for person in people if person.name in wrong):
        release.report(PROFILES, person.name, f"age {person.age} does not fit the birth date on {day}, when most ages fit")
    pool = _read_trait_pool(release)
    for person in people:
        _import_character(release, person, _read_character(release, person, day, pool), target)
    if release.characters:
        write_release_card(target)
    return release


def find_reference_date(people: Sequence[tuple[str, int, str]]) -> tuple[datetime.date, list[str]]:
    """Returns the earliest day on which most stated ages are right, and the names of those whose age is wrong on it.

    `people` are (name, age, date of birth as YYYY-MM-DD); raises a `UserError` if no age and birth date can be parsed.
    """
    spans = {}
    for name, age, born in people:
        with suppress(ValueError):
            first = birthday(datetime.date.fromisoformat(born), age)
            spans[name] = first, birthday(first, 1)
    if not spans:
        raise UserError("no profile has a parseable age and date of birth: correct character_profiles.json")

    def fitting(day: datetime.date) -> set[str]:
        return {name for name, (first, last) in spans.items() if first <= day < last}

    best = max((first for first, _ in spans.values()), key=lambda day: (len(fitting(day)), -day.toordinal()))
    return best, [name for name, _, _ in people if name not in fitting(best)]


def _import_character(release: Release, person: Person, character: Character, target: Path) -> None:
    """Writes a character's files unless something is missing that it cannot do without."""
    story = _read_story(release, person, character.id)
    memories = _read_memories(release, person, character.id, story)
    questions = {kind: read_questions(release, person, character, kind) for kind in QUESTION_TYPES}
    counts = {"paragraphs": len(story), "memories": len(memories), "questions": sum(map(len, questions.values()))}
    lacks = [f"no {what.replace('paragraphs', 'story')}" for what, count in counts.items() if not count]
    try:
        if character.id in {other.id for other in release.characters}:
            raise UserError(f"another character has the id '{character.id}'")
        if lacks:
            raise UserError(f"the release has {' and '.join(lacks)} of this character, which is not imported")
        parse_row(Character, json.loads(json.dumps(asdict(character))), "not imported: the profile")
    except UserError as error:
        release.report(PROFILES, person.name, error, lost=True)
        return
    folder = character_folder(target, character.id)
    for name, rows in {**questions, "story": story, "memories": memories}.items():
        write_jsonl(folder / f"{name}.jsonl", map(asdict, rows))
    # The profile comes last: only with it does a folder count as a character, so an interrupted import leaves no partial one.
    write_jsonl(folder / PROFILE, [asdict(character)])
    release.characters.append(character)
    release.counts.update(counts)


def _read_trait_pool(release: Release) -> dict[str, tuple[str, int]]:
    """Returns (function, rank) by sentence from the pool of eight ranks of ten sentences for each function."""
    pool: dict[str, tuple[str, int]] = {}
    function, rank = "", 0
    for line in filter(None, map(str.strip, release.text(TRAITS, "all").splitlines())):
        if line in FUNCTIONS:
            function, rank = line, 0
        else:
            rank += 1
            for sentence in re.split(r"(?<=\.)\s+", line):
                pool.setdefault(slug(sentence), (function, rank))
    return pool


def _read_character(release: Release, person: Person, day: datetime.date, pool: Mapping[str, tuple[str, int]]) -> Character:
    """Builds a character from its profile and introduction; reports missing attributes and unknown traits."""

    def get(key: str) -> str:
        if not person.profile.get(key):
            release.report(PROFILES, person.name, f"'{key}' is missing")
        return person.profile.get(key, "")

    def items(key: str) -> tuple[str, ...]:
        return tuple(filter(None, map(str.strip, get(key).split(","))))

    traits = []
    for sentence in filter(None, map(str.strip, re.split(r"(?:^|\s)-\s+", person.profile.get("Traits", "")))):
        function, rank = pool.get(slug(sentence), ("", 0))
        if pool and not function:
            release.report(PROFILES, person.name, f"trait is not in {TRAITS}: {sentence!r}")
        traits.append(Trait(function, rank, sentence))
    ranks = {trait.function: trait.rank for trait in traits if trait.function}
    return Character(
        id=slug(person.name), name=person.name, gender=get("Gender"), age=person.age, date_of_birth=get("Date_of_birth"),
        reference_date=day.isoformat(), occupation=get("Occupation"), hobbies=items("Hobbies"), family=get("Family"),
        education=get("Education"), short_term_goals=items("Short-term_goals"), long_term_goal=get("Long-term_goal"),
        functions=tuple(sorted(ranks, key=ranks.__getitem__)), traits=tuple(traits),
        biography=person.introduction.get("Content", ""),
    )  # fmt: skip


def _read_story(release: Release, person: Person, character: str) -> list[Paragraph]:
    """Reads a story with one paragraph a line, and chapter titles from the file that has them, where there is one."""
    folder, name = person.path("Stories", ""), person.folders.get("Stories", person.name)
    files = [path.name for path in sorted((release.folder / folder).glob("*.txt"))]
    titled, plain = f"{name}_with_chapter_title.txt", f"{name}.txt"
    file = next((file for file in [plain, titled, *files] if file in files), plain)
    if file not in (plain, titled):
        release.report(folder + file, person.name, f"the story is read from this file, since there is no {plain}")
    titles: dict[str, tuple[str, int]] = {}
    title, chapter = "", 0
    for line in _lines(release, folder + titled, person) if titled in files else ():
        if line.startswith(TITLE):
            title, chapter = line.removeprefix(TITLE).strip(), chapter + 1
        else:
            titles[line] = (title, max(chapter, 1))
    found: list[Paragraph] = []
    for line in _lines(release, folder + file, person):
        if not line.startswith(TITLE):
            before = (found[-1].chapter, found[-1].chapter_index) if found else ("", 1)
            index, (title, chapter) = len(found) + 1, titles.get(line, before)
            found.append(Paragraph(f"{character}-s{index:03d}", character, title, chapter, 0, 0, index, line))
    if lost := [p.id for p in found if titles and p.text not in titles]:
        release.report(folder + titled, person.name, f"{len(lost)} paragraphs of the story are not in this file")
    return found


def _lines(release: Release, file: str, person: Person) -> list[str]:
    return [line for line in map(str.strip, release.text(file, person.name).splitlines()) if line]


def _read_memories(release: Release, person: Person, character: str, story: Sequence[Paragraph]) -> list[Memory]:
    """Reads memories in the order of their keys, with paragraphs if there are as many chunks as memories."""
    file = person.path("Memories", "long_memory.json")
    rows = [row for _, row in release.rows(file, person.name, MemoryRow, "memory")]
    cut = [tuple(paragraph.id for paragraph in chunk) for chunk in chunks(story)]
    if rows and len(cut) != len(rows):
        release.report(file, person.name, f"{len(rows)} memories for {len(cut)} chunks of the story: paragraphs are left open")
        cut = [()] * len(rows)
    return [
        Memory(f"{character}-m{n:03d}", character, n, paragraphs, row.summary, row.content, row.thinking, row.emotion)
        for n, (row, paragraphs) in enumerate(zip(rows, cut, strict=False), 1)
    ]
