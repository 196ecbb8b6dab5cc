"""Opens SQLite files that several threads and processes can share and that stay consistent after a kill."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

OPEN_ATTEMPTS, OPEN_WAIT = 100, 0.05  # seconds


def open_database(path: Path, table: str) -> sqlite3.Connection:
    """Opens a database in write-ahead mode with one transaction per statement.

    The file and its folder are created if missing.

    Args:
        path: The file.
        table: The statement that creates the table if it does not exist.

    Raises:
        OSError: If the folder cannot be created.
        sqlite3.Error: If the file cannot be opened or is not a database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
    _enter_wal(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(table)
    return connection


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switches to the write-ahead log. Retries, since two concurrent switches find the file locked despite the timeout."""
    for attempt in range(1, OPEN_ATTEMPTS + 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == OPEN_ATTEMPTS:
                raise
            time.sleep(OPEN_WAIT)
