"""Reads data folders: JSONL files into the types of `types` and `items`. Errors name file and line.

Layout of a data folder (one folder per character, so that a character can be added, copied or removed as a whole):

    characters/<id>/{profile,profile_at,story,memories,dialogues}.jsonl
    characters/<id>/{cloze,single_choice,multiple_choice,unanswerable,open_detail,decisions,growth,interrogation}.jsonl
    {personality_items,acquiescence,scenarios,conformity_trials,contradiction_pairs}.jsonl     shared by all characters
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from human_simulacra.errors import UserError, unknown
from human_simulacra.files import digest, sha256_file
from human_simulacra.items import AttitudeQuestion, Decision, InterrogationQuestion, OpenDetail, Scene, Unanswerable
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.point_in_time import ProfileAt
from human_simulacra.row_references import check_paragraphs, check_rows, find_blanks
from human_simulacra.shared_items import KeyedStatement, Scenario, Statement, StatementPair, Trial
from human_simulacra.types import QUESTION_TYPES, Character, Memory, Paragraph, Question, QuestionType

T = TypeVar("T")
PROFILE = "profile.jsonl"
# The files of a character and what a row of each is; a run can do without those that no experiment of it reads.
KINDS: dict[str, type] = {
    "profile": Character, "story": Paragraph, "memories": Memory, "unanswerable": Unanswerable,
    "open_detail": OpenDetail, "dialogues": Scene, "profile_at": ProfileAt, "decisions": Decision, "growth": AttitudeQuestion,
    "interrogation": InterrogationQuestion, **dict.fromkeys(QUESTION_TYPES, Question),
}  # fmt: skip
# Letters that Unicode does not decompose into a plain letter and an accent.
_NO_ACCENT = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def data_path() -> Path:
    """Returns the data folder: `$HUMAN_SIMULACRA_DATA`, otherwise the dataset package.

    Raises:
        UserError: If there is no such folder.
    """
    named = os.environ.get("HUMAN_SIMULACRA_DATA")
    return _existing(Path(named), "HUMAN_SIMULACRA_DATA names") if named else packaged_path()


def packaged_path() -> Path:
    """Returns the folder of the dataset package: the installed one, otherwise the checkout's `data/`.

    Raises:
        UserError: If there is no such folder.
    """
    package = Path(__file__).resolve().parent
    checkout, installed = package.parent / "data", package / "data"
    for candidate in (installed, checkout):
        if (candidate / "characters").is_dir():
            return candidate
    raise UserError(f"there is no dataset at {checkout} or {installed}: set HUMAN_SIMULACRA_DATA to a data folder")


def _existing(path: Path, what: str) -> Path:
    if not (path / "characters").is_dir():
        raise UserError(f"{what} {path}, which is not a data folder: it must contain a folder 'characters'")
    return path


def slug(name: str) -> str:
    """Returns the id of a character: its name in lower case, with hyphens and without accents."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_NO_ACCENT))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")


class Library:
    """Read access to a data folder. Every file is read at most once.

    Args:
        path: The data folder; `data_path()` if None.

    Raises:
        UserError: If the path is not a data folder. Methods raise it if a file is missing or a line is invalid.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = _existing(Path(path), "data names") if path else data_path()

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of all characters, sorted."""
        # A link that leads nowhere counts, so that reading it fails with its name.
        found = (self.path / "characters").iterdir()
        folders = sorted(p.name for p in found if os.path.lexists(p / PROFILE) or (p.is_symlink() and not p.is_dir()))
        if not folders:
            raise UserError(f"{self.path / 'characters'} contains no character: each needs a folder with profile.jsonl")
        return tuple(folders)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all characters' files. It is part of the identity of answers."""
        files = sorted((self.path / "characters").glob("*/*.jsonl"))
        try:
            return digest([[path.parent.name, path.name, sha256_file(path)] for path in files])
        except OSError as error:
            raise UserError(f"{error.filename} cannot be read ({error.strerror}): replace it by a readable file") from None

    @cache  # noqa: B019 - a library lives as long as its run
    def character(self, character_id: str) -> Character:
        """Returns one character; raises a UserError that suggests the most similar id if the id is unknown."""
        rows = self._rows(character_id, "profile", Character)
        if len(rows) != 1 or rows[0].id != character_id:
            path = self.path / "characters" / character_id / "profile.jsonl"
            raise UserError(f"{path} must contain one line, the character with id '{character_id}'")
        return rows[0]

    def find(self, name: str) -> str:
        """Returns the id of a character by id, name, or a beginning that no other has; raises a UserError if there is none."""
        wanted = name if name in self.ids else slug(name)
        begins = [known for known in self.ids if wanted and known.startswith(wanted)]
        if wanted not in self.ids and len(begins) > 1:
            raise UserError(f"several characters begin with '{name}': choose one of {', '.join(begins)}")
        return self.character(begins[0] if wanted not in self.ids and begins else wanted).id

    def check(self, character_id: str) -> None:
        """Reads every file of a character and checks that the paragraphs which its rows name exist.

        Raises:
            UserError: At the first fault found.
        """
        folder = self.path / "characters" / character_id
        self.character(character_id)
        files = {folder / f"{name}.jsonl": self._rows(character_id, name, kind) for name, kind in KINDS.items()
                 if os.path.lexists(folder / f"{name}.jsonl")}  # fmt: skip
        for path, rows in files.items():
            for problem in find_blanks(path, enumerate(rows, 1)):
                raise UserError(problem)
        check_paragraphs(files, [paragraph.id for paragraph in self.story(character_id)])

    def keeps_texts(self, character_id: str) -> bool:
        """Returns whether what is computed from a character's texts may be kept on disk."""
        return True

    def profiles_at(self, character_id: str) -> tuple[ProfileAt, ...]:
        """Returns who the character was at past times, in order; empty if the data folder does not tell."""
        if not os.path.lexists(self.path / "characters" / character_id / "profile_at.jsonl"):
            return ()
        return tuple(sorted(self._rows(character_id, "profile_at", ProfileAt), key=lambda row: (row.year, row.month or 1)))

    def story(self, character_id: str) -> tuple[Paragraph, ...]:
        """Returns the paragraphs of the life story in order."""
        return tuple(sorted(self._rows(character_id, "story", Paragraph), key=lambda p: p.index))

    def memories(self, character_id: str) -> tuple[Memory, ...]:
        """Returns the long-term memories in order."""
        return tuple(sorted(self._rows(character_id, "memories", Memory), key=lambda m: m.index))

    def questions(self, character_id: str, question_type: QuestionType) -> tuple[Question, ...]:
        """Returns the scored questions of one type, in the order of the file."""
        if question_type not in QUESTION_TYPES:
            raise unknown("question type", question_type, QUESTION_TYPES)
        return self._rows(character_id, question_type, Question)

    def unanswerable(self, character_id: str) -> tuple[Unanswerable, ...]:
        """Returns the questions that no true memory answers."""
        return self._rows(character_id, "unanswerable", Unanswerable)

    def open_details(self, character_id: str) -> tuple[OpenDetail, ...]:
        """Returns the questions that the person may answer freely without contradicting the life."""
        return self._rows(character_id, "open_detail", OpenDetail)

    def decisions(self, character_id: str) -> tuple[Decision, ...]:
        """Returns the moments in which the character chose."""
        return self._rows(character_id, "decisions", Decision)

    def attitudes(self, character_id: str) -> tuple[AttitudeQuestion, ...]:
        """Returns the questions on attitudes that changed in the life."""
        return self._rows(character_id, "growth", AttitudeQuestion)

    def interrogation(self, character_id: str) -> tuple[InterrogationQuestion, ...]:
        """Returns the chains of linked questions, in the order in which they are asked."""
        return self._rows(character_id, "interrogation", InterrogationQuestion)

    def dialogues(self, character_id: str) -> tuple[Scene, ...]:
        """Returns the scenes in which the character talks with others."""
        return self._rows(character_id, "dialogues", Scene)

    @cached_property
    def personality_items(self) -> tuple[Statement, ...]:
        """The statements of the personality test."""
        return self._shared("personality_items", Statement)

    @cached_property
    def acquiescence(self) -> tuple[KeyedStatement, ...]:
        """Pairs of contradictory statements, which measure acquiescence."""
        return self._shared("acquiescence", KeyedStatement)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The open-ended situations of the observer report."""
        return self._shared("scenarios", Scenario)

    @cached_property
    def contradiction_pairs(self) -> tuple[StatementPair, ...]:
        """Labelled pairs of answers, which check models that read for contradictions."""
        return self._shared("contradiction_pairs", StatementPair)

    @cached_property
    def conformity_trials(self) -> tuple[Trial, ...]:
        """The conformity trials of every set, in order."""
        return tuple(sorted(self._shared("conformity_trials", Trial), key=lambda trial: (trial.set, trial.trial)))

    def _shared(self, name: str, kind: type[T]) -> tuple[T, ...]:
        path = self.path / f"{name}.jsonl"
        if not os.path.lexists(path):
            raise UserError(f"{path} is missing: copy {name}.jsonl, which all characters share, from the dataset package")
        rows = read_rows(kind, path)
        check_rows(path, rows)
        return tuple(rows)

    @cache  # noqa: B019
    def _rows(self, character_id: str, name: str, kind: type[T]) -> tuple[T, ...]:
        if character_id not in self.ids:
            raise unknown("character", character_id, self.ids)
        path = self.path / "characters" / character_id / f"{name}.jsonl"
        rows = read_rows(kind, path)
        check_rows(path, rows, "" if kind is Character else character_id, name if kind is Question else "")
        return tuple(rows)
