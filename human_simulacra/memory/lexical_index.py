"""Lexical retrieval: BM25 over the stems of English words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

import numpy as np
from pydantic import TypeAdapter

from human_simulacra.files import digest
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.word_stems import word_stem

STEMS = "stems 1"  # part of the cache's keys; increase it if other stems are computed
_STEMS = TypeAdapter(list[str])


def text_stems(text: str) -> list[str]:
    """Returns the stems of a text's words without stop words, in order."""
    import bm25s

    words = cast("list[list[str]]", bm25s.tokenize([text], stopwords="en", show_progress=False, return_ids=False))[0]
    return [word_stem(word) for word in words]


def cached_stems(texts: Sequence[str], cache: TextCache) -> list[list[str]]:
    """Returns the stems of several texts; those that the cache does not have are computed and stored."""
    keys = [digest([STEMS, text]) for text in texts]
    found = cache.get(keys, _STEMS.validate_json)
    new = {key: text_stems(text) for key, text in zip(keys, texts, strict=True) if key not in found}
    if new:
        cache.put({key: json.dumps(stems).encode() for key, stems in new.items()})
    found |= new
    return [found[key] for key in keys]


class LexicalIndex:
    """BM25 over stemmed texts, computed by bm25s.

    Args:
        stems: The stems of each text.
    """

    def __init__(self, stems: Sequence[Sequence[str]]) -> None:
        import bm25s

        self._size = len(stems)
        self._bm25 = bm25s.BM25(k1=1.2, b=0.3)  # passages are alike in length, so that it says little
        self._bm25.index([list(words) for words in stems], show_progress=False)

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> LexicalIndex:
        """Builds the index of texts that are not worth caching."""
        return cls([text_stems(text) for text in texts])

    def scores(self, query: str) -> np.ndarray:
        """Returns the BM25 scores of all texts, of shape (texts,); 0 for a text that shares no word with the query."""
        words = text_stems(query)
        return self._bm25.get_scores(words) if words else np.zeros(self._size)
