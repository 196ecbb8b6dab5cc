"""Types of a character's items beside the scored questions on its life."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from pydantic import model_validator
from typing_extensions import Self

from human_simulacra.answer_keys import check_key
from human_simulacra.schema import AtLeastOne, Count, Share, Text, Year


@dataclass(frozen=True)
class Unanswerable:
    """A question that no true memory answers.

    `kind` is `beyond_knowledge` (this person could not know: the right reply says so) or `false_premise` (it takes for granted
    what is not so in this life: the right reply corrects it). `why` explains it, `evidence` names the paragraphs that show it.
    """

    id: Text
    character: Text
    kind: Literal["beyond_knowledge", "false_premise"]
    question: Text
    why: str
    _: KW_ONLY
    evidence: tuple[Text, ...] = ()


@dataclass(frozen=True)
class OpenDetail:
    """A question on what the texts do not say but the person must know.

    A reply may answer it freely. It is wrong only if it contradicts the life: `why` says what it must not contradict, and
    `evidence` names the paragraphs. `fits` and `contradicts` are replies that do and do not agree with the life, for checking
    judges; empty if there are none.
    """

    id: Text
    character: Text
    question: Text
    why: str
    _: KW_ONLY
    evidence: tuple[Text, ...] = ()
    fits: str = ""
    contradicts: str = ""


@dataclass(frozen=True)
class Turn:
    """One turn of a scene. `thought` is what the person of the life thinks while speaking; empty for others."""

    speaker: Text
    text: Text
    thought: str


@dataclass(frozen=True)
class Scene:
    """A conversation of a character with others, in or between the lines of the life story.

    `evidence` names the paragraphs that it rests on, `never_says` three things that this person would never say in it.
    """

    id: Text
    character: Text
    title: str
    where: str
    when: str
    year: Year
    others: tuple[str, ...]
    turns: tuple[Turn, ...]
    never_says: tuple[str, ...]
    evidence: tuple[Text, ...]


@dataclass(frozen=True)
class Decision:
    """A moment in which a character chose.

    Everything before the paragraph `moment` is known; that one or a later tells what the character did. `situation` is as the
    character saw it then, `options` are four acts, and `answer` is the position of what it did, for the reason `why`. `evidence`
    names the paragraphs that show it. `kind` says what the choice was about.

    `blind` is the share of readers without any text who chose rightly, from 0 to 1, `informed` that of readers of the life up to
    the moment: as much as can be known beforehand. Both are None if nobody has tried.
    """

    id: Text
    character: Text
    moment: Text
    situation: Text
    options: tuple[str, ...]
    answer: int
    why: str
    evidence: tuple[Text, ...]
    kind: Literal["love", "work", "loyalty", "money", "truth", "risk"]
    _: KW_ONLY
    blind: Share | None = None
    blind_readers: Count = 0
    informed: Share | None = None
    informed_readers: Count = 0

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_key(self.options, [self.answer])
        return self


@dataclass(frozen=True)
class AttitudeAt:
    """The attitude (a position among the options) at the end of the year `as_of`, with the paragraphs that show it."""

    as_of: Text
    answer: int
    evidence: tuple[Text, ...]


@dataclass(frozen=True)
class AttitudeQuestion:
    """A question on an attitude that changed in the life: `at` has the right option at each of several points in time."""

    id: Text
    character: Text
    question: Text
    options: tuple[str, ...]
    at: tuple[AttitudeAt, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.at or len({at.as_of for at in self.at}) != len(self.at):
            raise ValueError("'at' needs the right option at one or more points in time, each once")
        for at in self.at:
            check_key(self.options, [at.answer])
        return self


@dataclass(frozen=True)
class InterrogationQuestion:
    """One turn of a chain of linked questions on a `theme`, from 1.

    `returns_to` is the earlier turn that asks for the same fact in other words, or None. `accepted` are whole right answers,
    `fact` says what is so, and `evidence` names the paragraphs that show it.
    """

    id: Text
    character: Text
    theme: Text
    turn: AtLeastOne
    question: Text
    returns_to: AtLeastOne | None
    accepted: tuple[Text, ...]
    fact: str
    evidence: tuple[Text, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.returns_to is not None and self.returns_to >= self.turn:
            raise ValueError(f"returns_to {self.returns_to} is no turn before turn {self.turn}: name an earlier one, or null")
        if not self.accepted:
            raise ValueError("accepted has no answer: give at least one")
        return self
