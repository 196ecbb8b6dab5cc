"""Types of an answer: retrieved passages, working memory, model calls, and the reply with its trace."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from human_simulacra.likelihood_choice import OptionScore
from human_simulacra.types import Answering, Completion


@dataclass(frozen=True)
class RetrievedPassage:
    """A retrieved memory or chunk of the life story. Lists are sorted by `score`, most relevant first.

    Args:
        id: Id of the memory, or of the chunk's first paragraph.
        score: Relevance; its scale depends on the retriever.
        text: The text that goes into prompts.
        paragraphs: Ids of the source paragraphs.
    """

    id: str
    score: float
    text: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class WorkingMemory:
    """The information from which a simulacrum answers.

    Args:
        memories: Retrieved passages, most relevant first.
        thoughts: Output of the Thinking agent.
        feelings: Output of the Emotion agent.
        restated: A paraphrase of the stimulus: the placebo of an ablation.
        retriever: How the memories were retrieved.
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

    Args:
    method: Name of the method.
    persona: Id of the character in the system prompt; empty for method `none`.
    memories: Retrieved passages, most relevant first.
    thoughts: Output of the Thinking agent.
    feelings: Output of the Emotion agent.
    calls: All model calls.
    problems: What could not be parsed or was left out.
    answering: `likelihood` if the reply was chosen among `choices`, otherwise `generate`.
    choices: Scores of all options, for `likelihood`.
    setting: A hash of everything that affects the answers except `answering`. Models with the same hash can be compared.
    retriever: How the memories were retrieved.
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
        """Returns the trace as dictionaries that can be written as JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Reply:
    """A simulacrum's answer and its trace."""

    text: str
    trace: Trace

    def __str__(self) -> str:
        return self.text
