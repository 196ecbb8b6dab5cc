"""A cache in an SQLite file that threads and processes share, and that no fault of the file or the disk can stop.

A damaged file is set aside and a new one begun. Where no file can be written, values are held in memory. Either is told once.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from human_simulacra import sqlite_files
from human_simulacra.damaged_files import UNREADABLE, set_aside, warn, warn_once

T = TypeVar("T")
KEYS_A_QUERY = 500  # SQLite allows at least 999 variables in a statement
COMPANIONS = ("-wal", "-shm", "-journal")
# Words of SQLite's messages about a file that is damaged or of another kind. Python 3.10 does not give SQLite's error codes.
DAMAGE = ("malformed", "not a database", "unsupported file format", "other columns", "no such table", "no such column")


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
        self._table, self._column, self._column_type = table, column.split()[0], column
        self._keep = keep
        self._held: dict[str, bytes] = {}
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._open()

    def get(self, keys: Sequence[str], read: Callable[[bytes], T]) -> dict[str, T]:
        """Returns the values of the keys that are stored.

        Args:
            keys: The keys.
            read: Converts a stored value. One for which it raises one of `UNREADABLE` is dropped, as if it were not stored.
        """
        stored = {key: self._held[key] for key in keys if key in self._held}
        selected = self._run(lambda connection: self._select(connection, [key for key in keys if key not in stored]))
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
            if not (self._keep and self._run(lambda connection: self._insert(connection, values))):
                for key, value in values.items():
                    self._held.setdefault(key, value)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
            self._connection = None

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
            self._run(lambda connection: connection.executemany(query, [(key,) for key in keys]))

    def _run(self, act: Callable[[sqlite3.Connection], T]) -> T | None:
        """Uses the file, and once more if it was damaged and begun anew; None if it cannot be used."""
        with self._lock:
            for retry in (True, False):
                if self._connection is None:
                    return None
                try:
                    return act(self._connection)
                except (OSError, sqlite3.Error) as error:
                    if retry and self._is_damage(error):
                        self._open(error)
                    else:
                        self._hold(error)
                        return None
        return None

    def _hold(self, error: Exception) -> None:
        """Goes on in memory. What the file has is still read, if it can be."""
        reason = getattr(error, "strerror", None) or error
        if self._keep:
            warn_once(f"{self.path} cannot be used ({reason}): new values stay in memory only; choose another cache folder")
        self._keep = False

    def _open(self, damage: Exception | None = None) -> None:
        """Opens the file. One that is damaged is set aside first, unless another process has done so meanwhile."""
        with self._alone():
            self.close()
            for retry in (True, False):
                try:
                    if damage is not None:
                        if self._identity == self._find_identity():
                            target = set_aside(self.path, COMPANIONS)
                            warn(f"{self.path} is damaged ({damage}): it now lies in {target}, and a new one is begun")
                        damage = None
                    columns = f"key TEXT PRIMARY KEY, {self._column_type} NOT NULL"
                    self._identity = self._find_identity()
                    self._connection = sqlite_files.open_database(self.path, self._table, columns)
                    self._identity = self._find_identity()
                    return
                except (OSError, ValueError, sqlite3.Error) as error:
                    if not (retry and damage is None and self._is_damage(error)):
                        self._hold(error)
                        return
                    damage = error

    def _is_damage(self, error: Exception) -> bool:
        parts = [Path(f"{self.path}{suffix}") for suffix in ("", *COMPANIONS)]
        no_file = any(os.path.lexists(part) and not part.is_file() for part in parts)
        return no_file or (isinstance(error, sqlite3.Error) and any(words in str(error) for words in DAMAGE))

    def _find_identity(self) -> tuple[int, int] | None:
        with suppress(OSError, ValueError):
            found = os.stat(self.path)
            return found.st_dev, found.st_ino
        return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps other processes from opening and setting aside the file; a folder that takes no lock has nothing to set aside."""
        lock = FileLock(f"{self.path}.lock", timeout=sqlite_files.BUSY_SECONDS)
        with suppress(OSError, ValueError, NotImplementedError):
            lock.acquire()
        try:
            yield
        finally:
            lock.release()
