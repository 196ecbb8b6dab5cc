"""Retrieval indexes over passages: lexical (BM25), dense (cosine similarity), and both together.

All scores are standardised: how many standard deviations a passage is above the mean of all passages of the character. So the
two kinds can be averaged.
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
from human_simulacra.sentence_splitting import split_sentences

IndexKind = Literal["lexical", "dense", "hybrid"]
INDEX_KINDS: tuple[IndexKind, ...] = ("lexical", "dense", "hybrid")


# Weight of words in `hybrid`; the rest is that of meaning. Chosen on the dataset's questions (benchmarks/retrieval.py).
WORDS = 0.4


class LexicalPassages:
    """BM25 over passages, each joined from its texts."""

    def __init__(self, passages: Sequence[Sequence[str]], cache: TextCache) -> None:
        stems = iter(cached_stems([text for passage in passages for text in passage], cache))
        self._index = LexicalIndex([[stem for _ in passage for stem in next(stems)] for passage in passages])

    def bm25(self, queries: Queries) -> np.ndarray:
        """Returns BM25 scores of shape (queries, passages); 0 for a passage without a word of the query."""
        return np.stack([self._index.scores(query) for query in queries.texts])

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns standardised BM25 scores; `NO_MATCH` for a passage without a word of any of the texts."""
        found = self.bm25(queries)
        return np.where(found.max(axis=0) > 0, standardise(found), NO_MATCH)


class NearestTexts:
    """The standardised cosine of a query and the nearest text of each group."""

    def __init__(self, groups: Sequence[Sequence[str]], embedder: CachedEmbedder) -> None:
        self._embedder = embedder
        self._texts = [text for group in groups for text in group]
        self._vectors = embedder.encode(self._texts)
        self._starts = np.cumsum([0, *(len(group) for group in groups[:-1])])

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns the scores, shape (queries, groups)."""
        if (size := queries.vectors.shape[1]) != self._vectors.shape[1]:
            self._vectors = self._embedder.encode(self._texts, size)  # those stored are of another model
        cosines = queries.vectors @ self._vectors.T
        return standardise(np.maximum.reduceat(cosines, self._starts, axis=1))


class DensePassages:
    """Cosine similarity of sentence embeddings.

    A passage is as similar to a query as the mean of two: the most similar of its texts, which tells what it is about, and the
    most similar of their sentences, which tells whether it has the detail that is asked for.
    """

    def __init__(self, passages: Sequence[Sequence[str]], embedder: CachedEmbedder) -> None:
        self._texts = NearestTexts(passages, embedder)
        self._sentences = NearestTexts([_sentences(passage) for passage in passages], embedder)

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns the mean of both standardised cosines."""
        return (self._texts.scores(queries) + self._sentences.scores(queries)) / 2


def _sentences(passage: Sequence[str]) -> list[str]:
    """Returns the sentences of a passage's texts, each once; the texts themselves if they have none."""
    return list(dict.fromkeys(sentence for text in passage for sentence in split_sentences(text))) or list(passage)


class HybridPassages:
    """The weighted mean of the standardised lexical and dense scores; of many passages, for those near the query by either.

    A passage that shares no word with the query has the lowest lexical score, whatever its place in the life story; if no
    passage does, the dense scores alone count. Reciprocal-rank fusion would rank what does not match by its place.
    """

    def __init__(self, lexical: LexicalPassages, dense: DensePassages | NearestPassages) -> None:
        self._lexical, self._dense = lexical, dense

    def scores(self, queries: Queries) -> np.ndarray:
        """Returns the weighted mean of both scores."""
        lexical = standardise(self._lexical.bm25(queries))
        if isinstance(self._dense, DensePassages):
            dense = self._dense.scores(queries)
        else:
            dense = self._dense.scores(queries, best_places(lexical.max(axis=0)))
        return WORDS * lexical + (1 - WORDS) * dense


def build_index(
    kind: IndexKind,
    passages: Sequence[Sequence[str]],
    embedder: CachedEmbedder,
    exact: bool = False,
    notes: Sequence[Sequence[str]] = (),
) -> Index:
    """Builds an index, or returns one of the same passages that somebody uses.

    Args:
        kind: `lexical`, `dense` or `hybrid`.
        passages: The texts of each passage; at least one passage with at least one text.
        embedder: Encodes texts for `dense` and `hybrid`; its cache also holds the words of texts.
        exact: Whether to compare a query with all passages, however many there are.
        notes: Further texts of each passage, of which only the words are indexed; empty for none.
    """
    key = digest([passages, notes])
    words = [[*texts, *more] for texts, more in zip(passages, notes, strict=True)] if notes else passages

    def lexical() -> LexicalPassages:
        return share((LexicalPassages, key), lambda: LexicalPassages(words, embedder.cache))

    def dense() -> DensePassages | NearestPassages:
        compared = 0 if exact else sum(len(passage) + len(_sentences(passage)) for passage in passages)
        way = NearestPassages if is_large(compared) else DensePassages
        return share((way, key, embedder.inner), lambda: way(passages, embedder))

    if kind == "hybrid":
        return HybridPassages(lexical(), dense())
    return lexical() if kind == "lexical" else dense()
