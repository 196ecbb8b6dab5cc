"""Where a finished row is: in a line of a file, or in memory as long as no file takes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.json_reading import parse
from human_simulacra.secret_redaction import redact_json


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A finished row as a line of JSON.

    Args:
        key: The row's key; empty for a row that was not asked.
        failed: Whether it has an error instead of a reply.
        path: The file of its line; None if the row is held in memory.
        start: Where the line begins, in bytes.
        size: The line's length in bytes.
        text: The line, if it is held in memory.
    """

    key: str
    failed: bool
    path: Path | None = None
    start: int = 0
    size: int = 0
    text: bytes = b""

    def read(self) -> bytes:
        """Returns the line with its line end; raises an OSError if its file cannot be read."""
        if self.path is None:
            return self.text
        with self.path.open("rb") as stream:
            stream.seek(self.start)
            return stream.read(self.size).removesuffix(b"\n") + b"\n"

    def load(self) -> dict[str, Any]:
        """Returns the row; raises an OSError if its file cannot be read."""
        return parse(self.read())


def hold(row: dict[str, Any], key: str = "") -> SavedRow:
    """Returns a row that is held in memory, without the secrets of this process."""
    return SavedRow(key, row["error"] is not None, text=redact_json(json.dumps(row)).encode() + b"\n")
