"""What was computed of a text is kept beside the checkpoints, by the text's hash: vectors and summaries."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from human_simulacra.errors import UserError
from human_simulacra.files import digest
from human_simulacra.memory.embedding import Embedder


class EmbeddingCache:
    """A table of texts' vectors and summaries on disk, with a copy in memory; safe after a kill at any moment.

    Args:
        path: The SQLite file; made with its folder where missing.

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
        """Returns what is kept under a key, or None."""
        return self._memory.get(key)

    def put(self, values: dict[str, bytes]) -> None:
        """Keeps values in one transaction."""
        self._memory.update(values)
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", values.items())

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


class CachedEmbedder:
    """An embedder that encodes a text once. It is an `Embedder` itself.

    Args:
        inner: The embedder.
        kept: Where vectors are kept.
    """

    def __init__(self, inner: Embedder, kept: EmbeddingCache) -> None:
        self.inner = inner
        self.name = inner.name
        self._kept = kept

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors of shape (len(texts), dimensions), encoding only what is new, in one batch.

        In another batch the last bits of a vector may differ. A run that resumes does not see that: what a call encoded is
        kept before it returns, and the call that was interrupted is repeated as it was.
        """
        keys = [digest([self.name, text]) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if self._kept.get(key) is None}
        if new:
            encoded = self.inner.encode(list(new.values())).astype(np.float32)
            self._kept.put({key: vector.tobytes() for key, vector in zip(new, encoded, strict=True)})
        return np.stack([np.frombuffer(self._kept.get(key) or b"", dtype=np.float32) for key in keys])
