"""The nouns of an answer: what was in mind, which calls were made, and the reply with its trace."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from human_simulacra.likelihood_choice import OptionScore
from human_simulacra.types import Answering, Completion


@dataclass(frozen=True)
class RetrievedPassage:
    """A retrieved passage (a memory or a chunk of the story) with its score, most relevant first in any list."""

    id: str
    score: float
    text: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class WorkingMemory:
    """What a simulacrum has in mind when it answers; memories are most relevant first.

    `restated` is what was said, in other words: the placebo of an ablation. `retriever` says what brought the memories.
    """

    memories: tuple[RetrievedPassage, ...] = ()
    thoughts: str = ""
    feelings: str = ""
    restated: str = ""
    retriever: str = ""


@dataclass(frozen=True)
class Call:
    """One backbone call of a reply: which agent made it, what it read last and what it took."""

    agent: str
    prompt: str
    completion: Completion


@dataclass
class Trace:
    """How a reply came about. `problems` lists what could not be parsed or was left out.

    `answering` is `likelihood` where the reply was chosen among `choices`, which then holds every option's numbers.
    `setting` is a hash of all that decides a model's answers but the way of answering: equal for its twin.
    """

    method: str = ""
    persona: str = ""
    memories: list[RetrievedPassage] = field(default_factory=list)
    thoughts: str = ""
    feelings: str = ""
    calls: list[Call] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    answering: Answering = "generate"
    choices: list[OptionScore] = field(default_factory=list)
    setting: str = ""
    retriever: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Returns the trace as JSON-ready dictionaries."""
        return asdict(self)


@dataclass(frozen=True)
class Reply:
    """A simulacrum's answer and its trace."""

    text: str
    trace: Trace

    def __str__(self) -> str:
        return self.text
