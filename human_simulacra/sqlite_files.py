"""Opens SQLite files that several threads and processes can share and that stay consistent after a kill."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

BUSY_SECONDS = 10.0  # a transaction takes milliseconds; whoever holds the file longer hangs
RETRY_SECONDS = 0.05


def open_database(path: Path, table: str, columns: str, version: int = 0) -> sqlite3.Connection:
    """Opens a database in write-ahead mode with one transaction per statement.

    The file, its folder and the table are created if missing.

    Args:
        path: The file.
        table: The table's name.
        columns: The table's columns, as in `CREATE TABLE`.
        version: Version of the schema, which a new file gets; 0 for none.

    Raises:
        OSError: If the folder cannot be created.
        sqlite3.Error: If the file cannot be opened, is not a database, is of another version, or has a table of this name with
            other columns.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
    try:
        _enter_wal(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        if (found := connection.execute("PRAGMA user_version").fetchone()[0]) not in (0, version):
            raise sqlite3.DatabaseError(f"it has schema version {found}, and this program reads version {version}")
        _create(connection, table, columns)
        if found != version:
            connection.execute(f"PRAGMA user_version = {version}")
        with closing(sqlite3.connect(":memory:")) as expected:
            _create(expected, table, columns)
            if _describe(connection, table) != _describe(expected, table):
                raise sqlite3.DatabaseError(f"table {table} has other columns")
    except BaseException:
        connection.close()
        raise
    return connection


def _create(connection: sqlite3.Connection, table: str, columns: str) -> None:
    connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")


def _describe(connection: sqlite3.Connection, table: str) -> list[tuple[str, int, int]]:
    """Returns name, NOT NULL and place in the primary key of each column."""
    return connection.execute('SELECT name, "notnull", pk FROM pragma_table_info(?)', (table,)).fetchall()


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switches to the write-ahead log. Retries, since two concurrent switches find the file locked despite the timeout."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)
