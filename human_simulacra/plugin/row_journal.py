"""The row journal: every finished row at once on disk, keyed by row, so that a killed run resumes exactly.

OpenCompass's own temporary file is dropped whole for one truncated line or a U+2028 in a text, and rows are counted by
position (0.5.4). This one is ASCII, append-only and keyed; a half-written last line is cut off.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class RowJournal:
    """Finished rows of one model and dataset.

    Args:
        path: The JSONL file; made with its folder where missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.rows: dict[str, dict[str, Any]] = {}
        whole = 0
        if path.exists():
            with path.open("rb") as stream:
                for line in stream:
                    if not line.endswith(b"\n"):
                        break
                    whole += len(line)
                    row = json.loads(line)
                    self.rows[row["key"]] = row
            os.truncate(path, whole)
        self._stream = path.open("ab")

    def append(self, key: str, row: dict[str, Any]) -> dict[str, Any]:
        """Writes a finished row in one piece and returns it as it stands in the journal, with its key."""
        entry = {**row, "key": key}
        self._stream.write(json.dumps(entry, ensure_ascii=True).encode() + b"\n")
        self._stream.flush()
        self.rows[key] = entry
        return entry

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()
