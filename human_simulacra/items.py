"""The nouns of the dataset's shared items, which are put to every character alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """A yes/no statement of the personality test: a Jungian function at a rank (1 strongest, 8 weakest), the `index`th of ten."""

    function: str
    rank: int
    index: int
    text: str


@dataclass(frozen=True)
class KeyedStatement:
    """A statement with its reverse: a yes to both (`keyed` 1 and -1 of a `pair`) is acquiescence, not opinion."""

    pair: int
    keyed: int
    text: str


@dataclass(frozen=True)
class Scenario:
    """An open-ended situation of the observer report and the Jungian functions that it touches."""

    id: str
    title: str
    text: str
    functions: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """A conformity trial of a `set`; `majority` is the option that the others name, wrong where the trial is `critical`."""

    id: str
    set: str
    trial: int
    critical: bool
    stimulus: str
    options: tuple[str, ...]
    answer: int
    majority: int
