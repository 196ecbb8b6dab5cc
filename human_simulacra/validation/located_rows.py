"""All rows of a data folder, each with the file and line that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from human_simulacra.errors import UserError
from human_simulacra.jsonl_rows import parse_row, read_jsonl
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, Character, Memory, Paragraph, Question, Unanswerable

T = TypeVar("T")
KINDS: dict[str, type] = {
    "profile": Character, "story": Paragraph, "memories": Memory, "unanswerable": Unanswerable,
    **dict.fromkeys(QUESTION_TYPES, Question),
}  # fmt: skip


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

    @property
    def character(self) -> Character:
        """The character's profile."""
        return self.profile[0].row

    @property
    def choice_questions(self) -> Iterator[LocatedRow[Question]]:
        """All single and multiple choice questions."""
        for kind in ("single_choice", "multiple_choice"):
            yield from self.questions.get(kind, ())

    @property
    def all_questions(self) -> Iterator[LocatedRow[Question]]:
        """All scored questions."""
        for rows in self.questions.values():
            yield from rows

    @cached_property
    def text(self) -> str:
        """The text of the whole story."""
        return "\n".join(p.row.text for p in self.story)


def read_characters(library: Library, optional: Sequence[str] = ("unanswerable",)) -> tuple[list[CharacterRows], list[str]]:
    """Reads all files of all characters.

    Args:
        library: The data folder.
        optional: Names of files that may be missing, without suffix.

    Returns:
        The characters whose files are all valid, and one sentence for each problem.
    """
    people, problems = [], []
    for character in library.ids:
        person = CharacterRows(character, library.path / "characters" / character)
        broken = False
        for name, kind in KINDS.items():
            path = person.folder / f"{name}.jsonl"
            if name in optional and not path.is_file():
                continue
            try:
                rows = [LocatedRow(path, n, parse_row(kind, row, f"{path}, line {n}")) for n, row in read_jsonl(path)]
            except UserError as error:
                problems.append(str(error))
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
