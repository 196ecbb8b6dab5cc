"""Types of a conversation: turns, notes on earlier turns, experiences and transcripts."""

from __future__ import annotations

from dataclasses import dataclass

from human_simulacra.schema import Count
from human_simulacra.traces import Trace
from human_simulacra.types import Memory, Paragraph


@dataclass(frozen=True)
class Turn:
    """The user's message, the character's answer with its trace, and the time of the turn (ISO 8601)."""

    message: str
    answer: str
    trace: Trace
    at: str


@dataclass(frozen=True)
class Note:
    """A summary that replaces the turns `first` to `last` (numbered from 1) in prompts.

    `text` is the backbone's summary. `facts` are the user's sentences with names or numbers that the summary lacks.
    """

    first: int
    last: int
    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Experience:
    """A conversation stored as a long-term memory, with its paragraph of life story and its time (ISO 8601)."""

    memory: Memory
    paragraph: Paragraph
    at: str

    @property
    def key(self) -> str:
        """What tells it from all others, also from a later one of the same number."""
        return f"{self.memory.id} {self.at}"


@dataclass(frozen=True)
class Remembered:
    """Says that an experience holds the turns up to the number `turns` that no earlier experience holds.

    `experience` is its `Experience.key`; empty if unknown, in transcripts of earlier versions.
    """

    turns: Count
    experience: str


@dataclass(frozen=True)
class Transcript:
    """A saved conversation. `remembered` says which of its turns were stored as experiences, in their order.

    `as_of` is the point in time at which the character was met; empty for today.
    """

    character: str
    method: str
    scene: str
    backbone: str
    remembered: tuple[Remembered, ...]
    turns: tuple[Turn, ...]
    notes: tuple[Note, ...]
    as_of: str = ""
