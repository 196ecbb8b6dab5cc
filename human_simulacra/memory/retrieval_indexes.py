"""Indexes over passages: lexical (BM25), dense (cosine) and their reciprocal-rank fusion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np

from human_simulacra.memory.embedding import CachedEmbedder, Embedder

FUSION_CONSTANT = 60  # Cormack, Clarke and Buettcher 2009


class Index(Protocol):
    """Scores every passage for a query."""

    def scores(self, query: str) -> np.ndarray:
        """Returns an array of shape (passages,), higher is more relevant."""
        ...


class LexicalIndex:
    """BM25 over English words, by bm25s."""

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
        """Returns BM25 scores; zeros where no word of the query occurs."""
        words = self._words(query)
        return self._bm25.get_scores(words) if words else np.zeros(self._size)


class DenseIndex:
    """Cosine similarity of sentence embeddings; the passages' vectors are cached on disk."""

    def __init__(self, texts: Sequence[str], embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors = CachedEmbedder(embedder).encode(texts)

    def scores(self, query: str) -> np.ndarray:
        """Returns cosines between -1 and 1."""
        return self._vectors @ self._embedder.encode([query])[0]


class HybridIndex:
    """Reciprocal-rank fusion of several indexes."""

    def __init__(self, parts: Sequence[Index]) -> None:
        self._parts = parts

    def scores(self, query: str) -> np.ndarray:
        """Returns the sum over the parts of 1 / (60 + rank)."""
        ranks = [np.argsort(np.argsort(-part.scores(query), kind="stable"), kind="stable") for part in self._parts]
        return np.sum([1.0 / (FUSION_CONSTANT + 1 + rank) for rank in ranks], axis=0)


def build_index(kind: str, texts: Sequence[str], embedder: Embedder) -> Index:
    """Builds the index named `lexical`, `dense` or `hybrid`."""
    if kind == "lexical":
        return LexicalIndex(texts)
    dense = DenseIndex(texts, embedder)
    return dense if kind == "dense" else HybridIndex([LexicalIndex(texts), dense])


def top_passages(index: Index, query: str, count: int) -> list[tuple[int, float]]:
    """Returns (position, score) of the best passages, most relevant first; ties keep the passages' order."""
    scores = index.scores(query)
    order = np.argsort(-scores, kind="stable")[:count]
    return [(int(position), float(scores[position])) for position in order]
