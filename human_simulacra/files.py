"""Writing files so that an interruption at any moment leaves the old content or the new, never half."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonlines


def write_atomically(path: Path, text: str) -> None:
    """Replaces `path` by `text` (UTF-8) in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Writes rows as JSONL: one object a line, UTF-8, sorted keys, in the order given."""
    buffer = io.StringIO()
    with jsonlines.Writer(buffer, dumps=lambda row: json.dumps(row, ensure_ascii=False, sort_keys=True)) as writer:
        writer.write_all(rows)
    write_atomically(path, buffer.getvalue())


def sha256_file(path: Path) -> str:
    """Returns the hexadecimal sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest(value: Any) -> str:
    """Returns the sha256 of a JSON-ready value in its canonical form."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def cache_dir() -> Path:
    """Returns the folder for caches: `$HUMAN_SIMULACRA_CACHE`, else `human_simulacra` in the user's cache folder."""
    named = os.environ.get("HUMAN_SIMULACRA_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else base / "human_simulacra"
