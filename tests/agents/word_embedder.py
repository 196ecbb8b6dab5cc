"""A quick stand-in for the embedding model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class WordEmbedder:
    """A quick stand-in for the embedding model: vectors of word counts."""

    name = "words"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(",", " ").replace(".", " ").replace("?", " ").split():
                vectors[row, sum(map(ord, word)) * 31 % 512] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class CountingEmbedder(WordEmbedder):
    """Notes what it encodes."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += texts
        return super().encode(texts)
