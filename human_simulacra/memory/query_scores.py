"""What retrieval indexes are asked and what they answer: a score for each text of a query and each passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

NO_MATCH = -np.inf
RANKED = 10_000  # passages that are put in order at most


@dataclass(frozen=True)
class Queries:
    """The texts of a query and their embeddings, shape (texts, dimensions); a lexical index needs no embeddings."""

    texts: Sequence[str]
    vectors: np.ndarray


class Index(Protocol):
    """Scores every passage for every text of a query."""

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns an array of shape (queries, passages). Higher scores are more relevant; `NO_MATCH` is no match at all."""
        ...


def standardise(scores: np.ndarray) -> np.ndarray:
    """Returns each row's scores less their mean, in standard deviations; zeros if all are alike."""
    spread = scores.std(axis=1, keepdims=True)
    apart = scores - scores.mean(axis=1, keepdims=True)
    return np.divide(apart, spread, out=np.zeros_like(apart, dtype=float), where=spread > 1e-9)


def rank_places(scores: np.ndarray) -> list[int]:
    """Returns the places of the passages that match, at most `RANKED`, highest score first; equal ones in their order."""
    matching = np.flatnonzero(scores > NO_MATCH)
    if len(matching) > RANKED:
        matching = np.sort(matching[np.argpartition(-scores[matching], RANKED)[:RANKED]])
    return matching[np.argsort(-scores[matching], kind="stable")].tolist()
