"""A release's folder: rows checked by pydantic, the people with their files, and what was found wrong."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from human_simulacra.errors import UserError
from human_simulacra.library import slug
from human_simulacra.schema import Text
from human_simulacra.types import Character

PROFILES, INTRODUCTIONS = "character_profiles.json", "character_introductions.json"
KINDS = ("Stories", "Memories", "Questions")
CLOSE = 0.85  # similarity from which two names count as spellings of one
T = TypeVar("T")


def _as_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value).strip()


Facts = dict[str, Annotated[str, BeforeValidator(_as_text)]]
Texts = Annotated[list[str], BeforeValidator(lambda value: value if isinstance(value, list) else [value])]
ENTRIES: TypeAdapter[dict[str, Any] | list[Any]] = TypeAdapter(dict[str, Any] | list[Any])
LENIENT = ConfigDict(coerce_numbers_to_str=True, str_strip_whitespace=True)


class MemoryRow(BaseModel):
    """A released memory."""

    model_config = LENIENT
    summary: str = Field(validation_alias="Memory_Summary")
    content: str = Field(validation_alias=AliasPath("Memory", "Memory Content"))
    thinking: str = Field(validation_alias=AliasPath("Memory", "Thinking"))
    emotion: str = Field(validation_alias=AliasPath("Memory", "Emotion"))


class QuestionRow(BaseModel):
    """A released question; each option is `A. text`."""

    model_config = LENIENT
    question: Text
    options: Texts = []
    answer: Texts


@dataclass
class Person:
    """A person, its introduction's name, and the name of its folder of each kind that exists; its age is 0 if unknown."""

    name: str
    alias: str
    age: int
    profile: Facts
    introduction: Facts
    folders: dict[str, str] = field(default_factory=dict)

    def path(self, kind: str, file: str) -> str:
        """Returns the path of a file in the person's folder of a kind, below the release."""
        return f"{kind}/{self.folders.get(kind, self.name)}/{file}"


@dataclass
class Release:
    """A release's folder, the characters that were imported, the findings, and why characters were left out."""

    folder: Path
    characters: list[Character] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def report(self, file: str, character: str, problem: object, lost: bool = False) -> None:
        """Adds a finding, or an error if the character is lost by it."""
        (self.errors if lost else self.findings).append(f"{file}: {character}: {problem}")

    def text(self, file: str, character: str) -> str:
        """Reads a text file; reports one that is missing or unreadable and returns an empty string."""
        try:
            return (self.folder / file).read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            missing = isinstance(error, FileNotFoundError)
            self.report(file, character, "the file is missing" if missing else f"the file cannot be read ({error})")
            return ""

    def rows(self, file: str, character: str, kind: type[T], what: str, lost: bool = False) -> list[tuple[Any, T]]:
        """Returns the rows of a JSON list with their numbers, or of an object by its keys; reports what cannot be read."""
        found = []
        try:
            content = ENTRIES.validate_json(self.text(file, character) or "[]")
        except ValidationError as error:
            self.report(file, character, f"the file is no JSON list or object ({error.errors()[0]['msg']})")
            return []
        by_key = sorted(content.items(), key=lambda entry: (len(entry[0]), entry[0])) if isinstance(content, dict) else ()
        for label, value in by_key or enumerate(content, 1):
            try:
                found.append((label, TypeAdapter(kind).validate_python(value)))
            except ValidationError as error:
                first = error.errors()[0]
                key = ".".join(map(str, first["loc"]))
                problem = f"lacks '{key}'" if first["type"] == "missing" else f"cannot be read ({key or 'it'}: {first['msg']})"
                self.report(file, character, f"{what} {label} {problem} and is left out", lost)
        return found


def read_people(release: Release) -> list[Person]:
    """Reads profiles and introductions and finds each person's folders; raises a UserError if there is no sound profile."""
    if not (release.folder / PROFILES).is_file():
        raise UserError(f"{release.folder} is no release folder: it has no {PROFILES}")
    profiles = release.rows(PROFILES, "all", Facts, "profile", lost=True)
    introductions = [row for _, row in release.rows(INTRODUCTIONS, "all", Facts, "introduction")]
    people = []
    for _, profile in profiles:
        name, identity, age = (profile.get(key, "") for key in ("Name", "ID", "Age"))
        if not name:
            release.report(PROFILES, "all", f"the profile with ID {identity!r} has no name", lost=True)
            continue
        same = [entry for entry in introductions if identity and entry.get("ID", "").lstrip("0") == identity.lstrip("0")]
        entry = next(iter(same or [entry for entry in introductions if entry.get("Name") == name]), {})
        alias = entry.get("Name", name)
        if not same:
            release.report(INTRODUCTIONS, name, f"there is no introduction with ID {identity!r}")
        elif alias != name:
            release.report(INTRODUCTIONS, name, f"ID {identity} is named {alias!r} here")
        people.append(Person(name, alias, int(age) if age.isdecimal() else 0, profile, entry))
    if not people:
        raise UserError("; ".join([*release.findings, *release.errors, f"{release.folder / PROFILES} has no profile: add some"]))
    _find_folders(release, people)
    return people


def _find_folders(release: Release, people: Sequence[Person]) -> None:
    """Finds each person's folders, the most similar names first."""

    def likeness(person: Person, folder: str) -> float:
        ratios = [difflib.SequenceMatcher(None, slug(name), slug(folder)).ratio() for name in (person.name, person.alias)]
        return 2 * (folder == person.name) + (folder == person.alias) + max(ratios)

    left: set[tuple[str, str]] = set()
    for kind in KINDS:
        free = sorted(path.name for path in (release.folder / kind).glob("*") if path.is_dir())
        for person, folder in sorted(product(people, free), key=lambda pair: likeness(*pair), reverse=True):
            if kind not in person.folders and folder in free and likeness(person, folder) >= CLOSE:
                person.folders[kind] = folder
                free.remove(folder)
                if folder != person.name:
                    way = "the introduction of the same ID" if folder == person.alias else "its spelling"
                    problem = f"the folder has another name than the profile; it was found by {way}"
                    release.report(f"{kind}/{folder}", person.name, problem)
        left |= {(kind, folder) for folder in free}
    lost = [person for person in people if not person.folders]
    if len(lost) == 1 and len({folder for _, folder in left}) == 1:
        lost[0].folders |= dict(left)
        problem = "the folder has another name than the profile; no other person and no other folder is left over"
        release.report("/".join(sorted(left)[0]), lost[0].name, problem)
        left.clear()
    for kind, folder in sorted(left):
        release.report(f"{kind}/{folder}", folder, "no profile belongs to this folder, which is left out")
