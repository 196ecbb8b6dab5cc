"""The nouns of a conversation: turns, notes on earlier ones, experiences that were kept, transcripts."""

from __future__ import annotations

from dataclasses import dataclass

from human_simulacra.traces import Trace
from human_simulacra.types import Memory, Paragraph


@dataclass(frozen=True)
class Turn:
    """What a friend said, what the character answered, how the answer came about, and when (ISO 8601)."""

    message: str
    answer: str
    trace: Trace
    at: str


@dataclass(frozen=True)
class Note:
    """What is still known of the turns `first` to `last` (from 1), which are no longer sent whole.

    `text` was written by the backbone; `facts` are the friend's own sentences whose names and numbers it left out.
    """

    first: int
    last: int
    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Experience:
    """A conversation kept as a long-term memory, with the paragraph of life story that it amounts to."""

    memory: Memory
    paragraph: Paragraph
    at: str


@dataclass(frozen=True)
class Transcript:
    """A conversation as it is saved; `kept` is the number of its turns that have become experiences."""

    character: str
    method: str
    scene: str
    backbone: str
    kept: int
    turns: tuple[Turn, ...]
    notes: tuple[Note, ...]
