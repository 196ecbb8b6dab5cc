"""Types of the items that all characters share, from the JSONL files beside `characters/`."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from pydantic import model_validator
from typing_extensions import Self

from human_simulacra.answer_keys import check_key
from human_simulacra.schema import AtLeastOne, Rank, Text
from human_simulacra.types import Function


@dataclass(frozen=True)
class Statement:
    """A yes/no statement for a Jungian function at a rank, the `index`th of them.

    The rank is the function's strength in a person whom the statement describes, from 1 (strongest) to 8 (weakest). `use` is
    `test` (asked in the personality test), `persona` (describes characters) or empty (both), so that no character is tested
    with the words that describe it. `near` has the ids of the statements for characters that are so close in wording that no
    character whom they describe is asked this one; `validation.near_statements` finds them.
    """

    function: Function
    rank: Rank
    index: AtLeastOne
    text: Text
    _: KW_ONLY
    use: Literal["", "test", "persona"] = ""
    near: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Function, rank and index, such as `Ne-1-3`; unique among statements of one `use`."""
        return f"{self.function}-{self.rank}-{self.index}"


@dataclass(frozen=True)
class KeyedStatement:
    """A statement of a pair of which exactly one is true of anybody (`keyed` 1 and -1).

    Yes to both statements of a `pair` is acquiescence, no to both the opposite tendency.
    """

    pair: AtLeastOne
    keyed: Literal[1, -1]
    text: Text


@dataclass(frozen=True)
class Scenario:
    """An open-ended situation of the observer report, and the Jungian functions that it addresses."""

    id: Text
    title: str
    text: Text
    functions: tuple[Function, ...]


@dataclass(frozen=True)
class Trial:
    """A conformity trial of a `set`, after Asch.

    `answer` and `majority` are the positions of the correct option and of the majority's option. They differ in `critical`
    trials.
    """

    id: Text
    set: Text
    trial: AtLeastOne
    critical: bool
    stimulus: Text
    options: tuple[str, ...]
    answer: int
    majority: int

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_key(self.options, [self.answer])
        check_key(self.options, [self.majority])
        if self.critical == (self.answer == self.majority):
            raise ValueError("a trial is critical where the majority is wrong, and only there: change critical or majority")
        return self


@dataclass(frozen=True)
class StatementPair:
    """Two answers of one person, and whether they contradict each other, for checking a model that reads for contradictions.

    `character` is the one whose life they were written about. `type` says what makes the pair: of contradictions `fact`, `time`,
    `relation`, `attitude`, `implied`; of others `paraphrase`, `detail`, `not_known`, `change`, `other_subject`.
    """

    id: Text
    character: Text
    question_a: str
    answer_a: str
    question_b: str
    answer_b: str
    contradicts: bool
    type: str
    why: str
