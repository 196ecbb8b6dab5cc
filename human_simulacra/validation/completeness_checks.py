"""Checks that a data folder is complete: counts, profile facts, diversity of the characters, and shared items."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.jsonl_rows import read_jsonl, read_located_rows
from human_simulacra.shared_items import KeyedStatement, Scenario, Statement, StatementPair, Trial
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate
from human_simulacra.validation.text_statistics import lower_words, words

CHARACTERS, STORY_WORDS, ALL_WORDS = 12, 10_500, 130_000
CHAPTERS, PARAGRAPHS, PARAGRAPH_WORDS, BIOGRAPHY_WORDS = (8, 14), (110, 185), (25, 320), (350, 500)
QUESTIONS = {"cloze": 16, "single_choice": 20, "multiple_choice": 20}
CORE, LIFE, SCENES, SUMMARY_WORDS, MEMORY_PARAGRAPHS, PAIRS = 5, 10, 8, 20, 5, 8
UNANSWERABLE, OPEN_DETAILS = {"beyond_knowledge": 6, "false_premise": 8}, 6
POOLS = {"occupation": 80, "hobby": 60, "short_term_goal": 24, "long_term_goal": 24, "family": 12, "education": 9}
TURNS, NEVER_SAYS = (6, 14), 3
PERCEIVING, JUDGING = ("Ne", "Ni", "Se", "Si"), ("Te", "Ti", "Fe", "Fi")
SHARED = {"scenarios": 24, "personality_items": 640, "acquiescence": 16, "conformity_trials": 36, "contradiction_pairs": 384}
SHARED_KINDS: dict[str, type] = {
    "scenarios": Scenario, "personality_items": Statement, "acquiescence": KeyedStatement, "conformity_trials": Trial,
    "contradiction_pairs": StatementPair,
}  # fmt: skip


def check_counts(people: Sequence[CharacterRows]) -> Gate:
    """Checks the numbers of characters, words, paragraphs, memories and questions."""
    problems = [] if len(people) >= CHARACTERS else [f"{len(people)} characters, {CHARACTERS} are required"]
    total = 0
    for person in people:
        sizes = [len(words(p.row.text)) for p in person.story]
        total += sum(sizes)
        chapters = len({p.row.chapter_index for p in person.story})
        biography = len(words(person.character.biography))
        file = person.folder / "story.jsonl"
        if sum(sizes) < STORY_WORDS:
            problems.append(f"{file}: {sum(sizes)} words, {STORY_WORDS} are required")
        problems += _outside(file, "chapters", chapters, CHAPTERS) + _outside(file, "paragraphs", len(sizes), PARAGRAPHS)
        problems += [p.locate(f"{n} words, {PARAGRAPH_WORDS} are required") for p, n in zip(person.story, sizes, strict=True)
                     if not PARAGRAPH_WORDS[0] <= n <= PARAGRAPH_WORDS[1]]  # fmt: skip
        problems += _outside(person.folder / "profile.jsonl", "words of biography", biography, BIOGRAPHY_WORDS)
        problems += [m.locate(f"it covers {n} paragraphs, 1 to {MEMORY_PARAGRAPHS} are required") for m in person.memories
                     if not 1 <= (n := len(m.row.paragraphs)) <= MEMORY_PARAGRAPHS]  # fmt: skip
        problems += [m.locate(f"the summary has {n} words, at most {SUMMARY_WORDS}") for m in person.memories
                     if (n := len(m.row.summary.split())) > SUMMARY_WORDS]  # fmt: skip
        problems += list(_question_counts(person))
    if total < ALL_WORDS:
        problems.append(f"the stories have {total} words, {ALL_WORDS} are required")
    figure = f"{len(people)} characters, {total:,} words of story"
    return Gate("counts", figure, f">= {CHARACTERS}, >= {ALL_WORDS:,}, each life full", problems)


def _outside(where: Path, what: str, count: int, limits: tuple[int, int]) -> list[str]:
    return [] if limits[0] <= count <= limits[1] else [f"{where}: {count} {what}, {limits[0]}-{limits[1]} are required"]


def _question_counts(person: CharacterRows) -> Iterator[str]:
    for kind, least in QUESTIONS.items():
        rows = person.questions.get(kind, [])
        core = sum(q.row.core for q in rows)
        if len(rows) < least or core != CORE:
            yield f"{person.folder / kind}.jsonl: {len(rows)} questions with {core} core, >= {least} with {CORE} are required"
        life = [q.row for q in rows if q.row.life]
        if len(life) != LIFE or any(q.source != "story" for q in life):
            yield f"{person.folder / kind}.jsonl: {len(life)} questions of the form 'life', {LIFE} on the story are required"
    kinds = Counter(u.row.kind for u in person.unanswerable)
    if kinds != UNANSWERABLE:
        yield f"{person.folder / 'unanswerable.jsonl'}: {dict(kinds)}, {UNANSWERABLE} are required"
    if len(person.open_detail) < OPEN_DETAILS:
        yield f"{person.folder / 'open_detail.jsonl'}: {len(person.open_detail)} questions, {OPEN_DETAILS} are required"


def check_scenes(people: Sequence[CharacterRows]) -> Gate:
    """Checks that every character has enough scenes, in which it speaks and thinks, and others speak."""
    problems = []
    for person in people:
        if len(person.dialogues) < SCENES:
            file = person.folder / "dialogues.jsonl"
            problems.append(f"{file}: {len(person.dialogues)} scenes, {SCENES} are required")
        for located in person.dialogues:
            scene = located.row
            thinking = {turn.speaker for turn in scene.turns if turn.thought}
            problems += _outside(located.path, f"turns in {scene.id}", len(scene.turns), TURNS)
            if len(thinking) != 1 or thinking & set(scene.others):
                problems.append(located.locate("the person of the life, and nobody else, must have thoughts"))
            if {turn.speaker for turn in scene.turns} - thinking != set(scene.others):
                problems.append(located.locate("others must name everybody else who speaks"))
            if len(scene.never_says) != NEVER_SAYS or not scene.evidence:
                problems.append(located.locate(f"{NEVER_SAYS} things never said, and paragraphs as evidence, are required"))
    count = sum(len(person.dialogues) for person in people)
    return Gate("scenes", f"{count} scenes", f">= {SCENES} a life of {TURNS[0]} to {TURNS[1]} turns, sound", problems)


def check_profile_facts(people: Sequence[CharacterRows]) -> Gate:
    """Checks that biography or story state the profile's name, birth date, occupation and hobbies."""
    problems, checked = [], 0
    for person in people:
        character = person.character
        born = datetime.date.fromisoformat(character.date_of_birth)
        biography = character.biography
        for fact in (character.name, f"{born:%B}", str(born.day), str(born.year)):
            checked += 1
            if fact not in biography:
                problems.append(person.locate(f"the biography does not name '{fact}'"))
        stems = {w[:4] for w in lower_words(f"{biography} {person.text}")}
        for attribute in (character.occupation, *character.hobbies):
            checked += 1
            if not any(w[:4] in stems for w in lower_words(attribute) if len(w) > 3):
                problems.append(person.locate(f"neither biography nor story shows '{attribute}'"))
    return Gate("profile in biography and story", f"{checked} facts", "all stated", problems)


def check_diversity(people: Sequence[CharacterRows]) -> Gate:
    """Checks that characters differ in first functions and occupation, and that ages and functions are in range."""
    characters = [p.character for p in people]
    pairs = {c.functions[:2] for c in characters}
    problems = [] if len(pairs) >= PAIRS else [f"{len(pairs)} pairs of first functions, {PAIRS} are required"]
    for person in people:
        first, second = person.character.functions[:2]
        if first not in PERCEIVING or second not in JUDGING:
            problems.append(person.locate(f"the first function must perceive and the second judge, not {first}, {second}"))
    problems += [p.locate(f"the age {p.character.age} is outside 20-55") for p in people if not 20 <= p.character.age <= 55]
    if len({c.occupation for c in characters}) < len(characters):
        problems.append("two characters have the same occupation")
    genders, families = {c.gender for c in characters}, {c.family for c in characters}
    figure = f"{len(pairs)} pairs, {len(genders)} genders, {len(families)} family forms"
    return Gate("spread", figure, f">= {PAIRS} pairs, ages 20-55, occupations differ", problems)


def check_shared_items(folder: Path) -> Gate:
    """Checks that scenarios, statements, trials and attribute pools are complete and well-formed."""
    problems: list[str] = []
    tables: dict[str, list[Any]] = {}
    for name, kind in SHARED_KINDS.items():
        rows, faults = read_located_rows(kind, folder / f"{name}.jsonl")
        problems += faults
        tables[name] = [row for _, row in rows]
    try:
        tables["attributes"] = [row for _, row in read_jsonl(folder / "attributes.jsonl")]
    except UserError as error:
        problems.append(str(error))
        tables["attributes"] = []
    problems += [
        f"{folder / name}.jsonl: {len(tables[name])} rows, {n} are required"
        for name, n in SHARED.items()
        if len(tables[name]) != n
    ]
    pools = Counter(str(a.get("attribute")) for a in tables["attributes"])
    problems += [
        f"attributes.jsonl: {pools[name]} of '{name}', {least} are required"
        for name, least in POOLS.items()
        if pools[name] < least
    ]
    problems += list(_trials(folder, tables["conformity_trials"]))
    figure = ", ".join(f"{len(rows)} {name.replace('_', ' ')}" for name, rows in tables.items())
    return Gate("shared items", figure, "counts as documented, forms sound", problems)


def _trials(folder: Path, rows: Sequence[Trial]) -> Iterator[str]:
    for name in {row.set for row in rows}:
        critical = sum(row.critical for row in rows if row.set == name)
        if critical != 12:
            yield f"{folder / 'conformity_trials.jsonl'}: set '{name}' has {critical} critical trials, 12 are required"
