"""Removes secrets from what OpenCompass itself writes into the folder of a run: it writes what a server echoed as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from human_simulacra.files import write_atomically
from human_simulacra.secret_redaction import redact, redact_json

_PIECE = 1 << 20  # characters


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
    """Replaces secrets in one file; JSON is read in pieces of whole lines, since no text in it has a line end as such."""
    clean = redact if path.suffix == ".out" else redact_json
    if any(clean(piece) != piece for piece in _pieces(path)):
        write_atomically(path, (clean(piece).encode() for piece in _pieces(path)))


def _pieces(path: Path) -> Iterator[str]:
    """Yields a log as a whole, since a secret in it may have several lines, and other files some lines at a time."""
    size = -1 if path.suffix == ".out" else _PIECE
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        while lines := stream.readlines(size):
            yield "".join(lines)
