"""On-disk cache of embeddings and summaries by the hash of their text, beside the checkpoints."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from human_simulacra.errors import UserError
from human_simulacra.files import digest
from human_simulacra.memory.embedding import Embedder


class EmbeddingCache:
    """A key-value table in an SQLite file, created if missing, with a copy in memory; consistent after a kill at any moment.

    Raises:
        UserError: If the file cannot be opened or is no database.
    """

    def __init__(self, path: Path) -> None:
        self._memory: dict[str, bytes] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=60)
            self._connection.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
            self._memory.update(self._connection.execute("SELECT key, value FROM kept"))
        except (OSError, sqlite3.Error) as error:
            raise UserError(f"{path} cannot be used ({error}): remove it, what it holds is computed again") from None

    def get(self, key: str) -> bytes | None:
        """Returns a value, or None."""
        return self._memory.get(key)

    def put(self, values: dict[str, bytes]) -> None:
        """Stores values in one transaction."""
        self._memory.update(values)
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", values.items())

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


class CachedEmbedder:
    """An `Embedder` that encodes each text once."""

    def __init__(self, inner: Embedder, cache: EmbeddingCache) -> None:
        self.inner = inner
        self.name = inner.name
        self._cache = cache

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors of shape (len(texts), dimensions); only new texts are encoded, in one batch.

        The last bits of a vector depend on its batch. Resumed runs are not affected: vectors are stored before the call
        returns, and an interrupted call is repeated with the same batch.
        """
        keys = [digest([self.name, text]) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if self._cache.get(key) is None}
        if new:
            encoded = self.inner.encode(list(new.values())).astype(np.float32)
            self._cache.put({key: vector.tobytes() for key, vector in zip(new, encoded, strict=True)})
        return np.stack([np.frombuffer(self._cache.get(key) or b"", dtype=np.float32) for key in keys])
