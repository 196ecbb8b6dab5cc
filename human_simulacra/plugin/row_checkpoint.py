"""Checkpoint file of finished rows, written row by row, so that an interrupted run can resume without losing any.

OpenCompass 0.5.4 discards its own temporary file for one truncated line or a U+2028 in a text, and identifies rows by
position. This file is ASCII, append-only and keyed; an incomplete last line is removed.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from human_simulacra.results.run_folder import is_part


class RowCheckpoint:
    """Finished rows of one model and dataset, or of one part of it where OpenCompass splits a dataset into tasks.

    Rows that other parts have finished, or the whole dataset before it was split, are read too: a key covers all that an answer
    depends on, so a run that is resumed with other parts asks for nothing twice.

    Args:
        path: The JSONL file; it and its folder are created if missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.rows: dict[str, dict[str, Any]] = {}
        for other in sorted(path.parent.glob("*.jsonl")):
            if other != path and any(is_part(other.stem, dataset) for dataset in (path.stem, _whole(path.stem))):
                self._read_finished(other)
        complete = 0  # bytes
        if path.exists():
            with path.open("rb") as stream:
                for line in stream:
                    if not line.endswith(b"\n"):
                        break
                    complete += len(line)
                    row = json.loads(line)
                    if row.get("error") is None or row["key"] not in self.rows:
                        self.rows[row["key"]] = row
            os.truncate(path, complete)
        self._stream = path.open("ab")

    def _read_finished(self, path: Path) -> None:
        """Reads the finished rows of another part, to which another process may be writing."""
        for line in path.read_bytes().splitlines(keepends=True):
            row = json.loads(line) if line.endswith(b"\n") else {"error": "incomplete"}
            if row.get("error") is None:
                self.rows[row["key"]] = row

    def append(self, key: str, row: dict[str, Any]) -> dict[str, Any]:
        """Writes a finished row with its key and returns it as written."""
        entry = {**row, "key": key}
        self._stream.write(json.dumps(entry, ensure_ascii=True).encode() + b"\n")
        self._stream.flush()
        self.rows[key] = entry
        return entry

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()


def _whole(name: str) -> str:
    """Returns the abbr of the dataset of which `name` may be a part."""
    return re.sub(r"_\d+$", "", name)
