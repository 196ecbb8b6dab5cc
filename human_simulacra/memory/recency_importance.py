"""Retrieval by recency, importance and relevance, as in Generative Agents (Park et al. 2023, arXiv 2304.03442)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from human_simulacra.memory.embedding import CachedEmbedder, Embedder
from human_simulacra.prompts import template
from human_simulacra.types import Character, Memory

# The paper's factor, but for a month instead of an hour: its agents live for days, these characters for decades. The half-life is
# 11.5 years, so recency still differs between memories of twenty and of fifty years ago.
DECAY_PER_MONTH = 0.995


class RecencyImportanceIndex:
    """Scores memories by recency, importance and relevance, each from 0 (lowest of the character's memories) to 1 (highest).

    As in the paper, the three have equal weights, and relevance is the cosine of embeddings: what differs from the dense index
    is recency and importance alone.

    Args:
        memories: The character's memories in order.
        texts: The text of each memory.
        character: The character; its reference date is the present.
        embedder: Encodes the texts. Their vectors are cached on disk.
    """

    def __init__(self, memories: Sequence[Memory], texts: Sequence[str], character: Character, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors = CachedEmbedder(embedder).encode(texts)
        self._fixed = min_max(recency(memories, character)) + min_max(importance(self._vectors, embedder))

    def scores(self, query: str) -> np.ndarray:
        """Returns the sums of the three, an array of shape (memories,) with values from 0 to 3."""
        return self._fixed + min_max(self._vectors @ self._embedder.encode([query])[0])


def recency(memories: Sequence[Memory], character: Character) -> np.ndarray:
    """Returns the recency of each memory on the character's reference date, between 0 and 1, shape (memories,).

    It decays exponentially from the latest month that the memory tells about (December if only its year is known). An undated
    memory counts as of the latest date before it: so the experiences of a chat, which come last, are the newest.
    """
    born = datetime.date.fromisoformat(character.date_of_birth)
    today = datetime.date.fromisoformat(character.reference_date)
    months = [born.year * 12 + born.month]
    for memory in memories:
        months.append(max(months) if memory.end_year is None else memory.end_year * 12 + (memory.end_month or 12))
    elapsed = np.maximum(0, today.year * 12 + today.month - np.array(months[1:]))
    return DECAY_PER_MONTH**elapsed


def importance(vectors: np.ndarray, embedder: Embedder) -> np.ndarray:
    """Returns the importance of texts: mean cosine to poignant events minus mean cosine to mundane ones, shape (texts,).

    The paper asks a model to rate each memory from 1 (brushing teeth) to 10 (a break up, college acceptance). Here the ends of
    that scale are the sentences of the prompts `importance_poignant` and `importance_mundane`, and no model is called.

    Args:
        vectors: Embeddings of the texts, shape (texts, dimensions).
        embedder: The embedder of these vectors.
    """
    poignant, mundane = (
        CachedEmbedder(embedder).encode(template(name).splitlines()).mean(axis=0)
        for name in ("importance_poignant", "importance_mundane")
    )
    return vectors @ (poignant - mundane)


def min_max(values: np.ndarray) -> np.ndarray:
    """Scales values linearly to 0 (lowest) and 1 (highest); all are 0 if they are equal."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
