"""Removes secrets from what OpenCompass itself writes into the folder of a run: it writes what a server echoed as it is."""

from __future__ import annotations

from pathlib import Path

from human_simulacra.files import write_atomically
from human_simulacra.secret_redaction import redact, redact_json


def redact_outputs(folder: Path, since: float = 0.0) -> None:
    """Replaces secrets in predictions, results and logs, while no task runs.

    Args:
        folder: The run's folder.
        since: Files that were last written before this time (seconds since the epoch) are left out.
    """
    for pattern in ("*.json*", "*.out"):
        for path in folder.rglob(pattern):
            if path.is_file() and path.stat().st_mtime >= since - 1:  # file systems round times
                redact_output(path)


def redact_output(path: Path) -> None:
    """Replaces secrets in one file."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if (without := (redact if path.suffix == ".out" else redact_json)(text)) != text:
        write_atomically(path, without)
