"""All rows of a data folder, each with the file and line that it comes from."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from human_simulacra.items import AttitudeQuestion, Decision, InterrogationQuestion, OpenDetail, Scene, Unanswerable
from human_simulacra.jsonl_rows import read_located_rows
from human_simulacra.library import KINDS, Library
from human_simulacra.point_in_time import ProfileAt
from human_simulacra.row_references import find_blanks
from human_simulacra.types import QUESTION_TYPES, Character, Memory, Paragraph, Question

T = TypeVar("T")
OPTIONAL = ("unanswerable", "open_detail", "dialogues", "profile_at", "decisions", "growth", "interrogation")


@dataclass(frozen=True)
class LocatedRow(Generic[T]):
    """A row with its file and line."""

    path: Path
    line: int
    row: T

    def locate(self, problem: str) -> str:
        """Returns a problem with file and line prepended."""
        return f"{self.path}, line {self.line}: {problem}"


@dataclass
class CharacterRows:
    """All rows of one character."""

    id: str
    folder: Path
    profile: list[LocatedRow[Character]] = field(default_factory=list)
    story: list[LocatedRow[Paragraph]] = field(default_factory=list)
    memories: list[LocatedRow[Memory]] = field(default_factory=list)
    questions: dict[str, list[LocatedRow[Question]]] = field(default_factory=dict)
    unanswerable: list[LocatedRow[Unanswerable]] = field(default_factory=list)
    open_detail: list[LocatedRow[OpenDetail]] = field(default_factory=list)
    dialogues: list[LocatedRow[Scene]] = field(default_factory=list)
    profile_at: list[LocatedRow[ProfileAt]] = field(default_factory=list)
    decisions: list[LocatedRow[Decision]] = field(default_factory=list)
    growth: list[LocatedRow[AttitudeQuestion]] = field(default_factory=list)
    interrogation: list[LocatedRow[InterrogationQuestion]] = field(default_factory=list)

    @property
    def character(self) -> Character:
        """The character's profile."""
        return self.profile[0].row

    @property
    def choice_questions(self) -> list[LocatedRow[Question]]:
        """All single and multiple choice questions."""
        return [*self.questions.get("single_choice", ()), *self.questions.get("multiple_choice", ())]

    @property
    def all_questions(self) -> list[LocatedRow[Question]]:
        """All scored questions."""
        return [question for rows in self.questions.values() for question in rows]

    @property
    def referring(self) -> list[LocatedRow]:
        """All rows that name paragraphs."""
        return [
            *self.memories, *self.all_questions, *self.unanswerable, *self.open_detail, *self.dialogues, *self.profile_at,
            *self.decisions, *self.interrogation,
        ]  # fmt: skip

    @cached_property
    def text(self) -> str:
        """The text of the whole story."""
        return "\n".join(p.row.text for p in self.story)

    def locate(self, problem: str) -> str:
        """Returns a problem with file and line of the profile prepended."""
        return self.profile[0].locate(problem)


def read_characters(library: Library) -> tuple[list[CharacterRows], list[str]]:
    """Returns the characters whose files are all valid, and one sentence a problem; the files of `OPTIONAL` may be missing."""
    people, problems = [], []
    for character in library.ids:
        person = CharacterRows(character, library.path / "characters" / character)
        broken = False
        for name, kind in KINDS.items():
            path = person.folder / f"{name}.jsonl"
            if name in OPTIONAL and not os.path.lexists(path):
                continue
            found, faults = read_located_rows(kind, path)
            rows = [LocatedRow(path, number, row) for number, row in found]
            faults += find_blanks(path, found)
            if faults:
                problems += faults
                broken = True
                continue
            if name in QUESTION_TYPES:
                person.questions[name] = rows
            else:
                setattr(person, name, rows)
        if len(person.profile) != 1 and not broken:
            problems.append(f"{person.folder / 'profile.jsonl'}: {len(person.profile)} lines instead of one")
        elif not broken:
            people.append(person)
    return people, problems
