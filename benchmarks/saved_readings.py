"""What readers wrote about labelled items, kept in a compressed file beside the benchmarks, so that scoring needs no model."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path


def load_readings(path: Path, item: str) -> dict[str, dict[str, str]]:
    """Returns what every reader wrote, by reader and item; nothing if there is no file.

    Args:
        path: The file.
        item: The column that names what was read, such as "pair".
    """
    readings: dict[str, dict[str, str]] = defaultdict(dict)
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                readings[row["reader"]][row[item]] = row["text"]
    return readings


def save_readings(path: Path, item: str, readings: Mapping[str, Mapping[str, str]]) -> None:
    """Writes the readings of all readers; the file has no time in it, so that equal readings give an equal file."""
    rows = [{"reader": reader, item: name, "text": text} for reader, own in readings.items() for name, text in own.items()]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
