"""Conversion of the released data into a data folder, with a report of every inconsistency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from human_simulacra.construction.importing import release_reader as reader
from human_simulacra.construction.importing.release_reader import INTRODUCTIONS, PROFILES, Release
from human_simulacra.construction.profiles.birth_dates import find_reference_date
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.replies.cloze import states_answer
from human_simulacra.types import QUESTION_TYPES, Character, Question


def import_release(source: Path, target: Path) -> tuple[list[Character], list[str]]:
    """Imports a release, the folder with `character_profiles.json`, into a data folder without characters.

    Returns:
        The imported characters, and the findings, each a sentence with file and character.

    Raises:
        UserError: If the source is no release, or the target contains characters.
    """
    release = Release(source)
    profiles = reader.read_profiles(release)
    if (target / "characters").exists() and any((target / "characters").iterdir()):
        raise UserError(f"{target} already holds characters: name another folder or remove it")
    people = [(p["Name"], int(p.get("Age") or 0), str(p.get("Date_of_birth", ""))) for p in profiles]
    day, wrong = find_reference_date(people)
    for name, age, born in people:
        if name in wrong:
            release.report(PROFILES, name, f"age {age} does not fit the birth date {born} on {day}, when most ages fit")
    pool = reader.read_trait_pool(release)
    introductions = _introductions(release, profiles)
    characters = []
    for raw in profiles:
        traits = reader.read_traits(release, raw["Name"], str(raw.get("Traits", "")), pool)
        character = reader.read_character(release, raw, introductions.get(raw["Name"], {}), day, traits)
        _write(release, character, target)
        characters.append(character)
    return characters, release.findings


def _introductions(release: Release, profiles: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Returns introductions by name, matched by ID; reports differing names and attributes."""
    by_id = {entry.get("ID"): entry for entry in release.json(INTRODUCTIONS, "all", []) if isinstance(entry, dict)}
    found = {}
    for profile in profiles:
        name, entry = profile["Name"], by_id.get(profile.get("ID"))
        if entry is None:
            release.report(INTRODUCTIONS, name, f"there is no introduction with ID {profile.get('ID')}")
            continue
        if entry.get("Name") != name:
            release.report(INTRODUCTIONS, name, f"ID {profile.get('ID')} is named {entry.get('Name')!r} here")
        facts = str(entry.get("Basic_infos", ""))
        for key, label in (("Age", "Age"), ("Date_of_birth", "Date of Birth"), ("Gender", "Gender"), ("Name", "Name")):
            stated = re.search(rf"{label}: ([^,\n]+)", facts)
            if stated and stated[1].strip() != str(profile.get(key)):
                release.report(INTRODUCTIONS, name, f"{label} is {stated[1].strip()!r}, in {PROFILES} {str(profile.get(key))!r}")
        found[name] = entry
    return found


def _write(release: Release, character: Character, target: Path) -> None:
    folder = target / "characters" / character.id
    story = reader.read_story(release, character.name, character.id)
    memories = reader.read_memories(release, character.name, character.id, story)
    if story and character.name.split()[0] not in " ".join(p.text for p in story):
        release.report(f"Stories/{character.name}", character.name, "the story never names the character")
    for kind in QUESTION_TYPES:
        questions = reader.read_questions(release, character.name, character.id, kind)
        _compare_keys(release, character, questions)
        write_jsonl(folder / f"{kind}.jsonl", [asdict(q) for q in questions])
    write_jsonl(folder / "story.jsonl", [asdict(p) for p in story])
    write_jsonl(folder / "memories.jsonl", [asdict(m) for m in memories])
    # The profile comes last: only with it does a folder count as a character, so an interrupted import leaves no partial one.
    write_jsonl(folder / "profile.jsonl", [asdict(character)])


def _compare_keys(release: Release, character: Character, questions: Iterable[Question]) -> None:
    """Reports answer keys of the standard questions that contradict the profile."""
    facts = {
        "cloze": [character.name, character.gender, str(character.age), character.date_of_birth, character.occupation],
        "single_choice": [character.family, character.education, character.long_term_goal],
        "multiple_choice": [character.hobbies, character.short_term_goals],
    }
    for question in questions:
        position = int(question.id.rsplit("-", 1)[1]) - 1
        if position >= len(facts[question.type]):
            continue
        fact = facts[question.type][position]
        keys = [question.options[int(a)] for a in question.answer] if question.options else [str(a) for a in question.answer]
        agree = set(keys) == set(fact) if isinstance(fact, tuple) else states_answer(fact, keys)
        if not agree:
            file = f"Questions/{character.name}"
            release.report(file, character.name, f"{question.type} {position + 1} has the key {keys}, the profile says {fact!r}")
