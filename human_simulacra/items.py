"""Types of the dataset's shared items, which every character is asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """A yes/no statement of the personality test.

    Args:
        function: The Jungian function that it describes, one of `types.FUNCTIONS`.
        rank: The function's rank in a person whom it describes, from 1 (strongest) to 8 (weakest).
        index: Its number among the ten statements of this function and rank.
        text: The statement.
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
    """A conformity trial, after Asch.

    Args:
        id: The trial's id.
        set: Name of its set of trials.
        trial: Its number in the set.
        critical: Whether the majority names a wrong option.
        stimulus: The question.
        options: The options.
        answer: Position of the correct option.
        majority: Position of the option that the majority names.
    """

    id: str
    set: str
    trial: int
    critical: bool
    stimulus: str
    options: tuple[str, ...]
    answer: int
    majority: int
