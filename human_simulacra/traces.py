"""Types of an answer: retrieved passages, working memory, model calls, and the reply with its trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from human_simulacra.likelihood_choice import OptionScore
from human_simulacra.types import Answering, Completion

# The problem of a structured answer that the server did not hold to its form; the reply is then the text as it is.
FORM_NOT_KEPT = "the answer is not in the form that was asked for"


@dataclass(frozen=True)
class RetrievedPassage:
    """A retrieved memory or chunk of the life story; lists are sorted by `score`, most relevant first.

    `id` is the id of the memory or of the chunk's first paragraph, `paragraphs` are the ids of the source paragraphs.
    """

    id: str
    score: float
    text: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class WorkingMemory:
    """The information from which a simulacrum answers: retrieved passages, thoughts and feelings.

    `restated` is a paraphrase of the stimulus, the placebo of an ablation. `retriever` tells how memories were retrieved.
    """

    memories: tuple[RetrievedPassage, ...] = ()
    thoughts: str = ""
    feelings: str = ""
    restated: str = ""
    retriever: str = ""


@dataclass(frozen=True)
class Call:
    """One model call of a reply: the calling agent, the last message of the prompt, and the completion."""

    agent: str
    prompt: str
    completion: Completion


@dataclass
class Trace:
    """How a reply was produced.

    `persona` is the id of the character in the system prompt, empty for method `none`. `problems` lists what could not be
    parsed or was left out. If `answering` is `likelihood`, the reply was chosen among `choices`; if it is `structured`, the Top
    agent's call holds the raw text. `setting` is a hash of everything that affects the answers except `answering`; models with
    the same hash can be compared. `backbone` is the fingerprint of the backbone that answers: methods on the same backbone can
    be compared. `as_of` is the point in time at which the character answers, empty for today.
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
    backbone: str = ""
    as_of: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Returns the trace as dictionaries that can be written as JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Step:
    """What an agent does while a reply is made: it begins (no text, no memories), writes a piece of text, or found memories.

    `agent` is `memory` for every retrieval, otherwise the agent that calls a model; `FINISHED` once a conversation has the turn.
    """

    agent: str
    text: str = ""
    memories: tuple[RetrievedPassage, ...] | None = None


FINISHED = "finished"
OnStep = Callable[[Step], None]


@dataclass(frozen=True)
class Reply:
    """A simulacrum's answer and its trace."""

    text: str
    trace: Trace

    def __str__(self) -> str:
        return self.text
