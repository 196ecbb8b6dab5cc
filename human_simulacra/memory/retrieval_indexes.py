"""Retrieval indexes over passages: lexical (BM25), dense (cosine similarity) and their reciprocal-rank fusion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np

from human_simulacra.memory.embedding import CachedEmbedder, Embedder

FUSION_CONSTANT = 60  # as in the paper of HybridIndex


class Index(Protocol):
    """Scores every passage for a query."""

    def scores(self, query: str) -> np.ndarray:
        """Returns an array of shape (passages,). Higher scores are more relevant."""
        ...


class LexicalIndex:
    """BM25 over the English words of passages without stop words, computed by bm25s."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        self._size = len(texts)
        self._bm25 = bm25s.BM25()
        self._bm25.index([self._words(text) for text in texts], show_progress=False)

    @staticmethod
    def _words(text: str) -> list[str]:
        import bm25s

        return cast("list[list[str]]", bm25s.tokenize([text], stopwords="en", show_progress=False, return_ids=False))[0]

    def scores(self, query: str) -> np.ndarray:
        """Returns BM25 scores; zeros for a query without words."""
        words = self._words(query)
        return self._bm25.get_scores(words) if words else np.zeros(self._size)


class DenseIndex:
    """Cosine similarity of sentence embeddings. The passages' vectors are cached on disk."""

    def __init__(self, texts: Sequence[str], embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors = CachedEmbedder(embedder).encode(texts)

    def scores(self, query: str) -> np.ndarray:
        """Returns cosines between -1 and 1."""
        return self._vectors @ self._embedder.encode([query])[0]


class HybridIndex:
    """Reciprocal-rank fusion of several indexes over the same passages (Cormack, Clarke and Buettcher 2009)."""

    def __init__(self, parts: Sequence[Index]) -> None:
        self._parts = parts

    def scores(self, query: str) -> np.ndarray:
        """Returns the sum of 1 / (60 + rank) over the indexes, with ranks from 1."""
        ranks = [np.argsort(np.argsort(-part.scores(query), kind="stable"), kind="stable") for part in self._parts]
        return np.sum([1.0 / (FUSION_CONSTANT + 1 + rank) for rank in ranks], axis=0)


def build_index(kind: str, texts: Sequence[str], embedder: Embedder) -> Index:
    """Builds an index; `kind` is `lexical`, `dense` or `hybrid`."""
    if kind == "lexical":
        return LexicalIndex(texts)
    dense = DenseIndex(texts, embedder)
    return dense if kind == "dense" else HybridIndex([LexicalIndex(texts), dense])


def top_passages(index: Index, query: str, count: int) -> list[tuple[int, float]]:
    """Returns (position, score) of the `count` best passages, best first. Ties keep the passages' order."""
    scores = index.scores(query)
    order = np.argsort(-scores, kind="stable")[:count]
    return [(int(position), float(scores[position])) for position in order]
