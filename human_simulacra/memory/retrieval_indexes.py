"""Retrieval indexes over passages: lexical (BM25), dense (cosine similarity), and both together.

All scores are standardised: how many standard deviations a passage is above the mean of all passages of the character. So the
two kinds can be averaged, and a bound on a score means the same for every query.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from human_simulacra.files import digest
from human_simulacra.memory.embedding import CachedEmbedder
from human_simulacra.memory.lexical_index import LexicalIndex, cached_stems
from human_simulacra.memory.nearest_passages import NearestPassages, best_places, is_large
from human_simulacra.memory.query_scores import NO_MATCH, Index, Queries, standardise
from human_simulacra.memory.shared_builds import share
from human_simulacra.memory.text_cache import TextCache

IndexKind = Literal["lexical", "dense", "hybrid"]
INDEX_KINDS: tuple[IndexKind, ...] = ("lexical", "dense", "hybrid")


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
    """The mean of the standardised lexical and dense scores; of many passages, for those near the query by either.

    A passage that shares no word with the query has the lowest lexical score, whatever its place in the life story; if no
    passage does, the dense scores alone count. Reciprocal-rank fusion would rank what does not match by its place.
    """

    def __init__(self, lexical: LexicalPassages, dense: DensePassages | NearestPassages) -> None:
        self._lexical, self._dense = lexical, dense

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns the mean of both scores."""
        lexical = standardise(self._lexical.bm25(queries))
        if isinstance(self._dense, DensePassages):
            return (lexical + self._dense.scores(queries)) / 2
        return (lexical + self._dense.scores(queries, best_places(lexical.max(axis=0)))) / 2


def build_index(kind: IndexKind, passages: Sequence[Sequence[str]], embedder: CachedEmbedder, exact: bool = False) -> Index:
    """Builds an index, or returns one of the same passages that somebody uses.

    Args:
        kind: `lexical`, `dense` or `hybrid`.
        passages: The texts of each passage; at least one passage with at least one text.
        embedder: Encodes texts for `dense` and `hybrid`; its cache also holds the words of texts.
        exact: Whether to compare a query with all passages, however many there are.
    """
    key = digest(passages)

    def lexical() -> LexicalPassages:
        return share((LexicalPassages, key), lambda: LexicalPassages(passages, embedder.cache))

    def dense() -> DensePassages | NearestPassages:
        large = not exact and is_large(sum(map(len, passages)))
        way = NearestPassages if large else DensePassages
        return share((way, key, embedder.inner), lambda: way(passages, embedder))

    if kind == "hybrid":
        return HybridPassages(lexical(), dense())
    return lexical() if kind == "lexical" else dense()
