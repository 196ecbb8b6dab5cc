"""A cache in an SQLite file that threads and processes share, and that no fault of the file or the disk can stop.

A damaged file is set aside and a new one begun. Where no file can be written, values are held in memory. Either is told once.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from human_simulacra.damaged_files import UNREADABLE, warn_once
from human_simulacra.recovering_database import RecoveringDatabase

T = TypeVar("T")
KEYS_A_QUERY = 500  # SQLite allows at least 999 variables in a statement


class KeyValueStore:
    """A table of keys and values in an SQLite file; it is created with its folder if missing.

    It is consistent after a kill at any moment. It never raises for what is wrong with its file.

    Args:
        path: The file.
        table: The table's name.
        column: Name and type of the column of values.
        keep: Whether new values are written to the file; if not, this object holds them, as for the texts of conversations.
    """

    def __init__(self, path: Path, table: str, column: str, keep: bool = True) -> None:
        self.path = path
        self._table, self._column = table, column.split()[0]
        self._keep = keep
        self._held: dict[str, bytes] = {}
        self._lock = threading.RLock()
        self._database = RecoveringDatabase(path, table, f"key TEXT PRIMARY KEY, {column} NOT NULL", self._hold)

    def get(self, keys: Sequence[str], read: Callable[[bytes], T]) -> dict[str, T]:
        """Returns the values of the keys that are stored.

        Args:
            keys: The keys.
            read: Converts a stored value. One for which it raises one of `UNREADABLE` is dropped, as if it were not stored.
        """
        stored = {key: self._held[key] for key in keys if key in self._held}
        selected = self._database.run(lambda connection: self._select(connection, [key for key in keys if key not in stored]))
        if selected is None:
            self.close()  # a file that cannot be read is not waited for again
        stored |= selected or {}
        found: dict[str, T] = {}
        for key, value in stored.items():
            with suppress(*UNREADABLE):
                found[key] = read(value)
        if unreadable := [key for key in stored if key not in found]:
            self._drop(unreadable)
        return found

    def put(self, values: Mapping[str, bytes]) -> None:
        """Stores values in one transaction. An existing value of the same key is kept."""
        with self._lock:
            if not (self._keep and self._database.run(lambda connection: self._insert(connection, values))):
                for key, value in values.items():
                    self._held.setdefault(key, value)

    @property
    def keeps(self) -> bool:
        """Whether new values are written to the file."""
        return self._keep

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def _select(self, connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for start in range(0, len(keys), KEYS_A_QUERY):
            part = keys[start : start + KEYS_A_QUERY]
            marks = ",".join("?" * len(part))
            # As bytes, since a text that is no UTF-8 would make the whole query fail.
            found.update(
                connection.execute(f"SELECT key, CAST({self._column} AS BLOB) FROM {self._table} WHERE key IN ({marks})", part)
            )
        return found

    def _insert(self, connection: sqlite3.Connection, values: Mapping[str, bytes]) -> bool:
        with connection:  # rolls back after an error
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT OR IGNORE INTO {self._table} VALUES (?, ?)", values.items())
        return True

    def _drop(self, keys: Sequence[str]) -> None:
        warn_once(f"{self.path} has values that cannot be read: they are dropped and computed again")
        for key in keys:
            self._held.pop(key, None)
        if self._keep:
            query = f"DELETE FROM {self._table} WHERE key = ?"
            self._database.run(lambda connection: connection.executemany(query, [(key,) for key in keys]))

    def _hold(self, error: Exception) -> None:
        """Goes on in memory. What the file has is still read, if it can be."""
        reason = getattr(error, "strerror", None) or error
        if self._keep:
            warn_once(f"{self.path} cannot be used ({reason}): new values stay in memory only; choose another cache folder")
        self._keep = False
