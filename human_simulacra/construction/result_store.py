"""Results kept on disk under the digest of what they were made from, so that nothing is made twice.

`making/<id>/<name>.jsonl` holds the results of the last finished run. While a run is under way, or after one that could not
finish, `<name>.partial.jsonl` beside it holds what that run has made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from human_simulacra.construction.workspace import work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.rows import read_jsonl

Row = dict[str, Any]


class ResultStore:
    """The results of one tool for one character.

    Args:
        out: The data folder.
        character_id: The character.
        name: What is made, for instance `memories`.
    """

    def __init__(self, out: Path, character_id: str, name: str) -> None:
        folder = work_folder(out, character_id)
        self.path, self.partial = folder / f"{name}.jsonl", folder / f"{name}.partial.jsonl"
        self._kept, self._fresh = _read(self.path), _read(self.partial)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._kept, **self._fresh})

    def get(self, key: str) -> Row | None:
        """Returns a result, or None."""
        return self._fresh.get(key) or self._kept.get(key)

    def adopt(self, key: str, row: Row) -> None:
        """Counts a result as made by an earlier finished run; on disk only once this run has finished."""
        self._kept[key] = _as_read(row)

    def forget_finished(self) -> None:
        """Forgets what earlier finished runs have made."""
        self._kept = {}

    def begin_run(self) -> None:
        """Notes on disk that a run is under way."""
        if not self.partial.is_file():
            _write(self.partial, self._fresh)

    def save(self, key: str, row: Row) -> Row:
        """Keeps a result on disk at once, and returns it as it will be read."""
        self._fresh[key] = _as_read(row)
        _write(self.partial, self._fresh)
        return self._fresh[key]

    def finish_run(self, keys: Iterable[str]) -> None:
        """Notes on disk that the run has ended, and keeps the results of these keys."""
        _write(self.path, {key: row for key in keys if (row := self.get(key)) is not None})
        self.partial.unlink(missing_ok=True)


def _as_read(row: Row) -> Row:
    """Returns a row as it will be when it is read from the disk: with lists for tuples."""
    return json.loads(json.dumps(row))


def _read(path: Path) -> dict[str, Row]:
    if not path.is_file():
        return {}
    found = {}
    for number, row in read_jsonl(path):
        key = row.pop("key", None)
        if not isinstance(key, str):
            raise UserError(f"{path}, line {number}: no key; remove the file to make everything anew")
        found[key] = row
    return found


def _write(path: Path, rows: dict[str, Row]) -> None:
    write_jsonl(path, ({"key": key, **row} for key, row in rows.items()))
