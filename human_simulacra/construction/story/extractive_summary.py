"""Extractive summaries: the sentences nearest to the centroid of all sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.memory.embedding import Embedder
from human_simulacra.validation.text_statistics import words as split_words


def summarise(texts: Sequence[str], words: int, embedder: Embedder) -> str:
    """Returns whole sentences of consecutive paragraphs in their order, of together no more than `words` words.

    There is at least one sentence if there is any text.
    """
    told = [sentence for text in texts for sentence in split_sentences(text)]
    if not told:
        return ""
    vectors = embedder.encode(told)
    nearness = np.round(vectors @ vectors.mean(axis=0), 5)
    chosen: list[int] = []
    left = words
    for place in sorted(range(len(told)), key=lambda i: (-nearness[i], i)):
        left -= len(split_words(told[place]))
        if chosen and left < 0:
            break
        chosen.append(place)
    return " ".join(told[place] for place in sorted(chosen))
