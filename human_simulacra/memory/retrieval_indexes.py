"""Retrieval indexes over passages: lexical (BM25), dense (cosine similarity), and both together.

All scores are standardised: how many standard deviations a passage is above the mean of all passages of the character. So the
two kinds can be averaged, and a bound on a score means the same for every query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from human_simulacra.files import digest
from human_simulacra.memory.embedding import CachedEmbedder
from human_simulacra.memory.lexical_index import LexicalIndex, cached_stems
from human_simulacra.memory.shared_builds import share
from human_simulacra.memory.text_cache import TextCache

IndexKind = Literal["lexical", "dense", "hybrid"]
INDEX_KINDS: tuple[IndexKind, ...] = ("lexical", "dense", "hybrid")
NO_MATCH = -np.inf


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


class LexicalPassages:
    """BM25 over passages, each joined from its texts."""

    def __init__(self, passages: Sequence[Sequence[str]], cache: TextCache) -> None:
        stems = iter(cached_stems([text for passage in passages for text in passage], cache))
        self._index = LexicalIndex([[stem for _ in passage for stem in next(stems)] for passage in passages])

    def bm25(self, queries: Queries) -> np.ndarray:
        """Returns BM25 scores of shape (queries, passages); 0 for a passage without a word of the query."""
        return np.stack([self._index.scores(query) for query in queries.texts])

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns standardised BM25 scores; `NO_MATCH` for a passage without a word of the query."""
        found = self.bm25(queries)
        return np.where(found > 0, standardise(found), NO_MATCH)


class DensePassages:
    """Cosine similarity of sentence embeddings. A passage is as similar to a query as the most similar of its texts."""

    def __init__(self, passages: Sequence[Sequence[str]], embedder: CachedEmbedder) -> None:
        self._embedder = embedder
        self._texts = [text for passage in passages for text in passage]
        self._vectors = embedder.encode(self._texts)
        self._starts = np.cumsum([0, *(len(passage) for passage in passages[:-1])])

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns standardised cosines."""
        if (size := queries.vectors.shape[1]) != self._vectors.shape[1]:
            self._vectors = self._embedder.encode(self._texts, size)  # those stored are of another model
        cosines = queries.vectors @ self._vectors.T
        return standardise(np.maximum.reduceat(cosines, self._starts, axis=1))


class HybridPassages:
    """The mean of the standardised lexical and dense scores.

    A passage that shares no word with the query has the lowest lexical score, whatever its place in the life story; if no
    passage does, the dense scores alone count. Reciprocal-rank fusion would rank what does not match by its place.
    """

    def __init__(self, lexical: LexicalPassages, dense: DensePassages) -> None:
        self._lexical, self._dense = lexical, dense

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns the mean of both scores."""
        return (standardise(self._lexical.bm25(queries)) + self._dense.scores(queries)) / 2


def standardise(scores: np.ndarray) -> np.ndarray:
    """Returns each row's scores less their mean, in standard deviations; zeros if all are alike."""
    spread = scores.std(axis=1, keepdims=True)
    apart = scores - scores.mean(axis=1, keepdims=True)
    return np.divide(apart, spread, out=np.zeros_like(apart, dtype=float), where=spread > 1e-9)


def build_index(kind: IndexKind, passages: Sequence[Sequence[str]], embedder: CachedEmbedder) -> Index:
    """Builds an index, or returns one of the same passages that somebody uses.

    Args:
        kind: `lexical`, `dense` or `hybrid`.
        passages: The texts of each passage; at least one passage with at least one text.
        embedder: Encodes texts for `dense` and `hybrid`; its cache also holds the words of texts.
    """
    key = digest(passages)

    def lexical() -> LexicalPassages:
        return share((LexicalPassages, key), lambda: LexicalPassages(passages, embedder.cache))

    def dense() -> DensePassages:
        return share((DensePassages, key, embedder.inner), lambda: DensePassages(passages, embedder))

    if kind == "hybrid":
        return HybridPassages(lexical(), dense())
    return lexical() if kind == "lexical" else dense()
