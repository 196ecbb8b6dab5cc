"""The interface of methods: the settings that all methods share, and the two steps that each method implements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.backbones.base import Backbone
from human_simulacra.library import Library
from human_simulacra.memory.embedding import Embedder
from human_simulacra.traces import WorkingMemory
from human_simulacra.types import Answering, Stimulus


@dataclass(frozen=True)
class MethodSteps:
    """The two steps of a method: `prepare` makes the working memory for a stimulus, `answer` answers from it.

    `longest` is how many calls both make one after the other, at most.
    """

    prepare: Callable[[ModelCaller, Stimulus], Awaitable[WorkingMemory]]
    answer: Callable[[ModelCaller, Stimulus, WorkingMemory], Awaitable[str]]
    longest: int = 1


@dataclass(frozen=True)
class PreparedStimulus:
    """The result of `Method.prepare`: working memory for a stimulus, and the caller that records its trace."""

    caller: ModelCaller
    working: WorkingMemory


@dataclass(frozen=True)
class MethodSettings:
    """The settings that all methods share.

    Args:
        library: The characters.
        top: The backbone that answers.
        agents: The backbone of the other agents, often the same one.
        embedder: Encodes texts for retrieval.
        max_tokens: Maximum length of an answer in tokens.
        temperature: Sampling temperature.
        seed: Seed of sampling and of the character order in method `shuffled`.
        sample: Number of the run; it distinguishes repeated runs.
        answering: How stimuli that have options are answered: `generate`, `likelihood` (the most likely option), or `structured`
            (a JSON form).
        as_of: The point in time at which all characters answer (`point_in_time`), `today`, or empty for that of each stimulus.
        identity: A hash of everything that affects the answers except `answering`, recorded in traces.
        text_cache: File of the text cache; None for the user's.
    """

    library: Library
    top: Backbone
    agents: Backbone
    embedder: Embedder
    max_tokens: int
    temperature: float = 0.0
    seed: int = 0
    sample: int = 0
    answering: Answering = "generate"
    as_of: str = ""
    identity: str = ""
    text_cache: Path | None = None
