"""Results of a step on disk by the digest of their inputs, so that no result is generated twice.

`making/<id>/<name>.jsonl` has the results of the last finished run. `<name>.partial.jsonl` beside it has those of a run that is
in progress or was interrupted; a result is appended, since writing all of them anew for each would take the square of the time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from human_simulacra.construction.workspace import work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import parse_object, read_lines
from human_simulacra.secret_redaction import redact_json

Row = dict[str, Any]


class ResultStore:
    """The results of one step, for instance `memories`, for one character."""

    def __init__(self, out: Path, character_id: str, name: str) -> None:
        folder = work_folder(out, character_id)
        self.path, self.partial = folder / f"{name}.jsonl", folder / f"{name}.partial.jsonl"
        self._kept, self._fresh = _read(self.path), _read(self.partial, appended=True)
        self._begun = False

    def __iter__(self) -> Iterator[str]:
        return iter({**self._kept, **self._fresh})

    def get(self, key: str) -> Row | None:
        """Returns a result, or None."""
        return self._fresh.get(key) or self._kept.get(key)

    def adopt(self, key: str, row: Row) -> None:
        """Counts a result as that of an earlier finished run; it is saved when this run finishes."""
        self._kept[key] = _as_read(row)

    def forget_finished(self) -> None:
        """Drops the results of finished runs."""
        self._kept = {}

    def begin_run(self) -> None:
        """Marks a run as in progress on disk."""
        if not self._begun:
            _write(self.partial, self._fresh)  # without what an interruption left unfinished at its end
            self._begun = True

    def save(self, key: str, row: Row) -> Row:
        """Saves a result to disk and returns it as it will be read back."""
        self.begin_run()
        self._fresh[key] = _as_read(row)
        line = redact_json(json.dumps({"key": key, **row}, sort_keys=True))
        with self.partial.open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
        return self._fresh[key]

    def finish_run(self, keys: Iterable[str]) -> None:
        """Marks the run as finished on disk, and keeps only the results of `keys`."""
        _write(self.path, {key: row for key in keys if (row := self.get(key)) is not None})
        self.partial.unlink(missing_ok=True)


def _as_read(row: Row) -> Row:
    """Returns a row as it is read from disk: with lists for tuples."""
    return json.loads(json.dumps(row))


def _read(path: Path, appended: bool = False) -> dict[str, Row]:
    """Returns the results in a file. With `appended`, a last line without its end was interrupted and does not count."""
    if not path.is_file():
        return {}
    found, lines = dict[str, Row](), list(read_lines(path))
    if appended and lines and not path.read_bytes().endswith(b"\n"):
        lines.pop()
    for where, line in lines:
        row = parse_object(line, where)
        key = row.pop("key", None)
        if not isinstance(key, str):
            raise UserError(f"{where}: no key; remove the file to generate all results again")
        found[key] = row
    return found


def _write(path: Path, rows: dict[str, Row]) -> None:
    write_jsonl(path, ({"key": key, **row} for key, row in rows.items()))
