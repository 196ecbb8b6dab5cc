"""Retrieval by recency, importance and relevance, as in Generative Agents (Park et al. 2023, arXiv 2304.03442)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from human_simulacra.memory.embedding import Embedder
from human_simulacra.memory.query_scores import Index, Queries, standardise
from human_simulacra.prompts import template
from human_simulacra.types import Character, Memory

# The paper's factor, but for a month instead of an hour: its agents live for days, these characters for decades. The half-life is
# 11.5 years, so recency still differs between memories of twenty and of fifty years ago.
DECAY_PER_MONTH = 0.995


class RecencyImportance:
    """Scores memories by recency, importance and relevance, each from 0 (lowest of the character's memories) to 1 (highest).

    As in the paper, the three have equal weights, and relevance is the cosine of embeddings: what differs from the dense index
    is recency and importance alone.

    Args:
        dense: The dense index of the memories.
        memories: The character's memories in order, at least one.
        character: The character; its reference date is the present.
        embedder: Encodes texts for their importance.
    """

    def __init__(self, dense: Index, memories: Sequence[Memory], character: Character, embedder: Embedder) -> None:
        self._dense = dense
        self._fixed = min_max(recency(memories, character)) + min_max(importance(memories, embedder))

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns the standardised sums of the three, shape (queries, memories)."""
        return standardise(min_max(self._dense.scores(queries)) + self._fixed)


def recency(memories: Sequence[Memory], character: Character) -> np.ndarray:
    """Returns the recency of each memory on the character's reference date, between 0 and 1, shape (memories,).

    It decays exponentially from the latest month that the memory tells about (December if only its year is known). An undated
    memory counts as of the latest date before it: so the experiences of a chat, which come last, are the newest.
    """
    born = datetime.date.fromisoformat(character.date_of_birth)
    today = datetime.date.fromisoformat(character.reference_date)
    latest = born.year * 12 + born.month
    months = []
    for memory in memories:
        month = latest if memory.end_year is None else memory.end_year * 12 + (memory.end_month or 12)
        latest = max(latest, month)
        months.append(month)
    return DECAY_PER_MONTH ** np.maximum(0, today.year * 12 + today.month - np.array(months))


def importance(memories: Sequence[Memory], embedder: Embedder) -> np.ndarray:
    """Returns the importance of memories, shape (memories,): are they closer to poignant or to mundane events?

    The paper asks a model to rate each memory from 1 (brushing teeth) to 10 (a break up, college acceptance). Here the ends of
    that scale are the sentences of the prompts `importance_poignant` and `importance_mundane`, and no model is called: it is the
    mean cosine of summary and content to the poignant sentences, less that to the mundane ones.
    """
    told = embedder.encode([m.summary for m in memories]) + embedder.encode([m.content for m in memories])
    poignant, mundane = (
        embedder.encode(template(name).splitlines()).mean(axis=0) for name in ("importance_poignant", "importance_mundane")
    )
    return told @ (poignant - mundane) / 2


def min_max(values: np.ndarray) -> np.ndarray:
    """Scales the last axis linearly to 0 (lowest) and 1 (highest); all are 0 if they are equal."""
    low = values.min(axis=-1, keepdims=True)
    span = values.max(axis=-1, keepdims=True) - low
    return np.divide(values - low, span, out=np.zeros_like(values, dtype=float), where=span > 1e-9)
