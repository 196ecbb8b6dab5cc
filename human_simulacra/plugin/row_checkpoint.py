"""Checkpoint file of finished rows, written row by row, so that an interrupted run can resume without losing any.

OpenCompass 0.5.4 discards its own temporary file for one truncated line or a U+2028 in a text, and identifies rows by
position. This file is ASCII, append-only and keyed; an incomplete last line is removed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from human_simulacra.secret_redaction import redact_fields


class RowCheckpoint:
    """Finished rows of one model and dataset.

    Args:
        path: The JSONL file; it and its folder are created if missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.rows: dict[str, dict[str, Any]] = {}
        complete = 0  # bytes
        if path.exists():
            with path.open("rb") as stream:
                for line in stream:
                    if not line.endswith(b"\n"):
                        break
                    complete += len(line)
                    row = json.loads(line)
                    self.rows[row["key"]] = row
            os.truncate(path, complete)
        self._stream = path.open("ab")

    def append(self, key: str, row: dict[str, Any]) -> dict[str, Any]:
        """Writes a finished row with its key and returns it as written."""
        entry = redact_fields({**row, "key": key})
        self._stream.write(json.dumps(entry, ensure_ascii=True).encode() + b"\n")
        self._stream.flush()
        self.rows[key] = entry
        return entry

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()
