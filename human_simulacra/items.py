"""Types of the items that no key scores, and of those that every character is asked."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass


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
class Statement:
    """A yes/no statement of the personality test: the `index`th of ten for a Jungian function at a rank.

    The rank is the function's strength in a person whom the statement describes, from 1 (strongest) to 8 (weakest).
    """

    function: str
    rank: int
    index: int
    text: str


@dataclass(frozen=True)
class KeyedStatement:
    """A statement of an acquiescence pair: a yes to both statements of a `pair` (`keyed` 1 and -1) is acquiescence."""

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
