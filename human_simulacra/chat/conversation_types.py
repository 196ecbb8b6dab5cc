"""Types of a conversation: turns, notes on earlier turns, experiences and transcripts."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Transcript:
    """A saved conversation. `kept` is the number of its first turns that are already stored as experiences.

    `as_of` is the point in time at which the character was met; empty for today.
    """

    character: str
    method: str
    scene: str
    backbone: str
    kept: int
    turns: tuple[Turn, ...]
    notes: tuple[Note, ...]
    as_of: str = ""
