"""Types of the items that no key scores, and of those that every character is asked."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Literal


@dataclass(frozen=True)
class Unanswerable:
    """A question that no true memory answers.

    `kind` is `beyond_knowledge` (this person could not know: the right reply says so) or `false_premise` (it takes for granted
    what is not so in this life: the right reply corrects it). `why` explains it, `evidence` names the paragraphs that show it.
    """

    id: str
    character: str
    kind: Literal["beyond_knowledge", "false_premise"]
    question: str
    why: str
    _: KW_ONLY
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenDetail:
    """A question on what the texts do not say but the person must know.

    A reply may answer it freely. It is wrong only if it contradicts the life: `why` says what it must not contradict, and
    `evidence` names the paragraphs. `fits` and `contradicts` are replies that do and do not agree with the life, for checking
    judges; empty if there are none.
    """

    id: str
    character: str
    question: str
    why: str
    _: KW_ONLY
    evidence: tuple[str, ...] = ()
    fits: str = ""
    contradicts: str = ""


@dataclass(frozen=True)
class Turn:
    """One turn of a scene. `thought` is what the person of the life thinks while speaking; empty for others."""

    speaker: str
    text: str
    thought: str


@dataclass(frozen=True)
class Scene:
    """A conversation of a character with others, in or between the lines of the life story.

    `evidence` names the paragraphs that it rests on, `never_says` three things that this person would never say in it.
    """

    id: str
    character: str
    title: str
    where: str
    when: str
    year: int
    others: tuple[str, ...]
    turns: tuple[Turn, ...]
    never_says: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A yes/no statement for a Jungian function at a rank, the `index`th of them.

    The rank is the function's strength in a person whom the statement describes, from 1 (strongest) to 8 (weakest). `use` is
    `test` (asked in the personality test), `persona` (describes characters) or empty (both), so that no character is tested
    with the words that describe it. `near` has the ids of the statements for characters that are so close in wording that no
    character whom they describe is asked this one; `validation.near_statements` finds them.
    """

    function: str
    rank: int
    index: int
    text: str
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

    pair: int
    keyed: int
    text: str


@dataclass(frozen=True)
class Scenario:
    """An open-ended situation of the observer report, and the Jungian functions that it addresses."""

    id: str
    title: str
    text: str
    functions: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """A conformity trial of a `set`, after Asch.

    `answer` and `majority` are the positions of the correct option and of the majority's option. They differ in `critical`
    trials.
    """

    id: str
    set: str
    trial: int
    critical: bool
    stimulus: str
    options: tuple[str, ...]
    answer: int
    majority: int


@dataclass(frozen=True)
class Decision:
    """A moment in which a character chose.

    Everything before the paragraph `moment` is known; that one or a later tells what the character did. `situation` is as the
    character saw it then, `options` are four acts, and `answer` is the position of what it did, for the reason `why`. `evidence`
    names the paragraphs that show it. `kind` says what the choice was about.

    `blind` is the share of readers without any text who chose rightly, from 0 to 1, `informed` that of readers of the life up to
    the moment: as much as can be known beforehand. Both are None if nobody has tried.
    """

    id: str
    character: str
    moment: str
    situation: str
    options: tuple[str, ...]
    answer: int
    why: str
    evidence: tuple[str, ...]
    kind: Literal["love", "work", "loyalty", "money", "truth", "risk"]
    _: KW_ONLY
    blind: float | None = None
    blind_readers: int = 0
    informed: float | None = None
    informed_readers: int = 0


@dataclass(frozen=True)
class AttitudeAt:
    """The attitude (a position among the options) at the end of the year `as_of`, with the paragraphs that show it."""

    as_of: str
    answer: int
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class AttitudeQuestion:
    """A question on an attitude that changed in the life: `at` has the right option at each of several points in time."""

    id: str
    character: str
    question: str
    options: tuple[str, ...]
    at: tuple[AttitudeAt, ...]


@dataclass(frozen=True)
class InterrogationQuestion:
    """One turn of a chain of linked questions on a `theme`, from 1.

    `returns_to` is the earlier turn that asks for the same fact in other words, or None. `accepted` are whole right answers,
    `fact` says what is so, and `evidence` names the paragraphs that show it.
    """

    id: str
    character: str
    theme: str
    turn: int
    question: str
    returns_to: int | None
    accepted: tuple[str, ...]
    fact: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class StatementPair:
    """Two answers of one person, and whether they contradict each other, for checking a model that reads for contradictions.

    `character` is the one whose life they were written about. `type` says what makes the pair: of contradictions `fact`, `time`,
    `relation`, `attitude`, `implied`; of others `paraphrase`, `detail`, `not_known`, `change`, `other_subject`.
    """

    id: str
    character: str
    question_a: str
    answer_a: str
    question_b: str
    answer_b: str
    contradicts: bool
    type: str
    why: str
