"""A character from a card, a biography or an interview: what it says becomes a data folder's files, and nothing is invented."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from human_simulacra.construction.importing.character_sources import MOST_WORDS, Source, read_card, read_prose
from human_simulacra.construction.lifetime import parse_date
from human_simulacra.construction.profiles.attribute_pools import KEY_OF_POOL, read_pools_or_packaged
from human_simulacra.construction.profiles.constraints import KEYS, parse_constraints, parse_settings
from human_simulacra.construction.text_splitting import split_paragraphs
from human_simulacra.construction.workspace import PROFILE, character_folder, open_folder, work_folder
from human_simulacra.errors import UserError, located
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.library import Library, packaged_path, slug
from human_simulacra.life_dates import age_on
from human_simulacra.types import Character, Paragraph
from human_simulacra.validation.text_statistics import words

FORMS = ("auto", "card", "biography", "interview")
SUFFIXES = {".json": "card", ".png": "card", ".txt": "text", ".md": "text"}
LISTS = ("hobbies", "short_term_goals", "functions")


def read_source(path: Path, form: str, name: str) -> Source:
    """Reads a file in one of `FORMS`; `name` is empty where the file must tell it. An error begins with the file."""
    kind = SUFFIXES.get(path.suffix.lower()) if form == "auto" else form
    with located(path):
        if kind is None:
            raise UserError(f"its form cannot be told from '{path.suffix}': give --form card, biography or interview")
        try:
            data = path.read_bytes()
            if kind == "card":
                return read_card(data, name)
            return read_prose(data.decode("utf-8-sig").replace("\r\n", "\n"), name, kind)
        except OSError as error:
            raise UserError(f"cannot be read ({error.strerror}): give a readable file") from None
        except UnicodeDecodeError as error:
            raise UserError(f"byte {error.start + 1} is not UTF-8, save a text as UTF-8, a picture as PNG") from None


def import_character(path: Path, out: Path, settings: Sequence[str], form: str = "auto") -> tuple[Source, tuple[str, ...]]:
    """Imports a character into a data folder; `settings` are KEY=VALUE.

    Returns:
        What was read, and the keys of the profile that are empty. If the date of birth is among them, nothing was written.
    """
    given = _read_settings(settings, out)
    source = read_source(path, form, given.get("name", ""))
    who = slug(source.name)
    if not who:
        raise UserError(f"{path}: no id can be made of the name '{source.name}': give --name in Latin letters")
    for folder in (work_folder(out, who), character_folder(out, who)):
        if (folder / PROFILE).exists():
            raise UserError(f"{folder} is there already: remove it to import {source.name} again, or give another --name")
    texts = [part for text in (source.biography, *source.story) for part in split_paragraphs(text)]
    biography, kept = source.biography, split_paragraphs(source.biography)
    while len(words(biography)) > MOST_WORDS:
        kept.pop()
        biography = "\n\n".join(kept)
    row = {**dict.fromkeys(KEYS, ""), **dict.fromkeys(LISTS, ()), "biography": biography, **given}
    row |= {"id": who, "name": source.name, "traits": [{"function": "", "rank": 0, "text": text} for text in source.traits]}
    if row["date_of_birth"]:
        character = parse_row(Character, json.loads(json.dumps(row)), str(path))
        open_folder(out)
        story = [Paragraph(f"{who}-s{n:03d}", who, "", 1, 0, 0, n, text) for n, text in enumerate(texts, 1)]
        write_jsonl(folder / "story.jsonl", map(asdict, story))
        write_jsonl(folder / "memories.jsonl", [])
        write_jsonl(folder / PROFILE, [asdict(character)])  # last: only with it does a folder count as a character
    return source, tuple(key for key in KEYS if row[key] in ("", (), []))


def _read_settings(settings: Sequence[str], out: Path) -> dict[str, Any]:
    """Returns the attributes that were set, and the age and the reference date, that of the dataset package unless it is set."""
    given: dict[str, Any] = parse_settings(settings)
    for key, value in given.items():
        if (key == "age" and not value.isdecimal()) or (key != "biography" and "|" in value):
            raise UserError(f"--set {key} leaves a choice, but an imported character has one value: give one")
    found, package = parse_constraints(given, read_pools_or_packaged(out)), Library(packaged_path())
    row = {**given, "functions": found.functions}
    for pool, wanted in found.values.items():
        key, chosen = KEY_OF_POOL[pool], tuple(value.value for (value,) in wanted)
        row[key] = chosen if key in LISTS else chosen[0]
    day = parse_date("reference_date", given.get("reference_date") or package.character(package.ids[0]).reference_date)
    row |= {"reference_date": day.isoformat(), "age": 0}
    if "date_of_birth" in given:
        born = parse_date("date_of_birth", given["date_of_birth"])
        row["age"] = age = age_on(born, day)
        if age < 0 or int(given.get("age", age)) != age:
            raise UserError(f"born on {born}, the age on {day} is {age}: correct --set date_of_birth, age or reference_date")
    return row
