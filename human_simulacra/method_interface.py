"""The nouns of methods: what they share, what a method is made of, and a stimulus that was taken in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.backbones.base import Backbone
from human_simulacra.library import Library
from human_simulacra.memory.embedding import Embedder
from human_simulacra.traces import WorkingMemory
from human_simulacra.types import Answering, Stimulus


@dataclass(frozen=True)
class MethodSteps:
    """A method at work: what it recalls, thinks and feels about a stimulus, and how it answers from that and the conversation."""

    prepare: Callable[[ModelCaller, Stimulus], Awaitable[WorkingMemory]]
    answer: Callable[[ModelCaller, Stimulus, WorkingMemory], Awaitable[str]]


@dataclass(frozen=True)
class PreparedStimulus:
    """A stimulus that its character has taken in, ready to be answered."""

    ask: ModelCaller
    working: WorkingMemory


@dataclass(frozen=True)
class MethodSettings:
    """What every method shares.

    Args:
        library: The characters.
        top: The backbone that answers.
        agents: The backbone of the other agents, often the same.
        embedder: For retrieval.
        max_tokens: Cap of an answer.
        temperature: Sampling temperature.
        seed: Seed of sampling and of the control's order.
        sample: Tells repeated runs apart.
        answering: `generate`, or `likelihood` for stimuli with options: the likeliest is the answer.
        identity: A hash of all that decides the answers but the way of answering, entered in traces.
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
    identity: str = ""
