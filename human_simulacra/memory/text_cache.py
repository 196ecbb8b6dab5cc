"""On-disk cache of what is computed from single texts: embeddings, words, summaries."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.files import cache_dir
from human_simulacra.sqlite_files import open_database

KEYS_A_QUERY = 500  # SQLite allows at least 999 variables in a statement


class TextCache:
    """A key-value table in an SQLite file, created if missing; threads and processes can share it.

    It has one entry per text, so that an edited paragraph of a life story is computed anew and nothing else. It is consistent
    after a kill at any moment.

    Args:
        path: The file; None for `texts.sqlite` in the user's cache folder.
        keep: Whether new values are written to the file; if not, this object holds them, as for the texts of conversations.

    Raises:
        UserError: If the file cannot be opened or is not a database.
    """

    def __init__(self, path: Path | None = None, keep: bool = True) -> None:
        path = path or cache_dir() / "texts.sqlite"
        self._keep = keep
        self._held: dict[str, bytes] = {}
        self._lock = threading.Lock()
        try:
            self._connection = open_database(path, "CREATE TABLE IF NOT EXISTS texts (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
        except (OSError, sqlite3.Error) as error:
            raise UserError(f"{path} cannot be used ({error}): remove it, what it holds is computed again") from None

    def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Returns the values of the keys that are stored."""
        found = {key: self._held[key] for key in keys if key in self._held}
        with self._lock:
            for start in range(0, len(keys), KEYS_A_QUERY):
                part = list(keys[start : start + KEYS_A_QUERY])
                marks = ",".join("?" * len(part))
                found.update(self._connection.execute(f"SELECT key, value FROM texts WHERE key IN ({marks})", part))
        return found

    def put(self, values: Mapping[str, bytes]) -> None:
        """Stores values in one transaction."""
        if not self._keep:
            self._held.update(values)
            return
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?)", values.items())
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()
