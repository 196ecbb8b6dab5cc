"""What a gate is, and the folder's rows with the lines they stand on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.rows import parse_row, read_jsonl
from human_simulacra.types import QUESTION_TYPES, Character, Memory, Paragraph, Question, Unanswerable

T = TypeVar("T")
MOST_PROBLEMS = 10
KINDS: dict[str, type] = {
    "profile": Character, "story": Paragraph, "memories": Memory, "unanswerable": Unanswerable,
    **dict.fromkeys(QUESTION_TYPES, Question),
}  # fmt: skip


@dataclass(frozen=True)
class Gate:
    """The outcome of one check: `problems` say where it fails, `figure` is what was measured."""

    name: str
    figure: str
    threshold: str
    problems: Sequence[str] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


@dataclass(frozen=True)
class Located(Generic[T]):
    """A row and where it stands."""

    path: Path
    line: int
    row: T

    def says(self, problem: str) -> str:
        """Returns a problem with file and line in front."""
        return f"{self.path}, line {self.line}: {problem}"


@dataclass
class Person:
    """All rows of one character."""

    id: str
    folder: Path
    profile: list[Located[Character]] = field(default_factory=list)
    story: list[Located[Paragraph]] = field(default_factory=list)
    memories: list[Located[Memory]] = field(default_factory=list)
    questions: dict[str, list[Located[Question]]] = field(default_factory=dict)
    unanswerable: list[Located[Unanswerable]] = field(default_factory=list)

    @property
    def character(self) -> Character:
        """The profile's row."""
        return self.profile[0].row

    @property
    def choice_questions(self) -> Iterator[Located[Question]]:
        """Single and multiple choice questions."""
        for kind in ("single_choice", "multiple_choice"):
            yield from self.questions.get(kind, ())

    @property
    def all_questions(self) -> Iterator[Located[Question]]:
        """Every scored question."""
        for rows in self.questions.values():
            yield from rows

    @cached_property
    def text(self) -> str:
        """The whole story."""
        return "\n".join(p.row.text for p in self.story)


def read_people(library: Library, optional: Sequence[str] = ("unanswerable",)) -> tuple[list[Person], list[str]]:
    """Reads every file of every character.

    Args:
        library: The data folder.
        optional: Files that may be missing.

    Returns:
        The characters whose files are all readable, and a sentence for each file that is not.
    """
    people, problems = [], []
    for character in library.ids:
        person = Person(character, library.path / "characters" / character)
        broken = False
        for name, kind in KINDS.items():
            path = person.folder / f"{name}.jsonl"
            if name in optional and not path.is_file():
                continue
            try:
                rows = [Located(path, n, parse_row(kind, row, f"{path}, line {n}")) for n, row in read_jsonl(path)]
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
