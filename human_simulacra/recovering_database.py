"""An SQLite table that threads and processes share. A damaged file is set aside and a new one begun, which is told once."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from human_simulacra import sqlite_files
from human_simulacra.damaged_files import set_aside, warn

T = TypeVar("T")
COMPANIONS = ("-wal", "-shm", "-journal")
# Words of SQLite's messages about a file that is damaged or of another kind. Python 3.10 does not give SQLite's error codes.
DAMAGE = ("malformed", "not a database", "unsupported file format", "other columns", "no such table", "no such column")


class RecoveringDatabase:
    """A table in an SQLite file; both are created with the folder if missing. It never raises for what is wrong with the file.

    Args:
        path: The file.
        table: The table's name.
        columns: The table's columns, as in `CREATE TABLE`.
        on_failure: Called with the error whenever the file cannot be used.
        version: Version of the schema; a file of another version cannot be used. 0 for a schema without versions.
    """

    def __init__(self, path: Path, table: str, columns: str, on_failure: Callable[[Exception], None], version: int = 0) -> None:
        self.path = path
        self._table, self._columns, self._version = table, columns, version
        self._on_failure = on_failure
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._open()

    def run(self, act: Callable[[sqlite3.Connection], T]) -> T | None:
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
                        self._on_failure(error)
                        return None
        return None

    def close(self) -> None:
        """Closes the file; it is not used any more."""
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
            self._connection = None

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
                    self._identity = self._find_identity()
                    self._connection = sqlite_files.open_database(self.path, self._table, self._columns, self._version)
                    self._identity = self._find_identity()
                    return
                except (OSError, ValueError, sqlite3.Error) as error:
                    if not (retry and damage is None and self._is_damage(error)):
                        self._on_failure(error)
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
