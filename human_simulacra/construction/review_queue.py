"""The review queue: findings that the user should look at, in one file per character; each tool replaces its own rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from human_simulacra.construction.workspace import work_folder
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import read_jsonl


def review_file(out: Path, character_id: str) -> Path:
    """Returns the file of a character's review queue."""
    return work_folder(out, character_id) / "for-review.jsonl"


def describe_open_findings(findings: int, out: Path, character_id: str) -> str:
    """Returns a sentence with the number of findings and the file."""
    return f"{findings} {'finding' if findings == 1 else 'findings'} for you to review in {review_file(out, character_id)}"


def read_rows(out: Path, character_id: str, tool: str) -> list[dict[str, Any]]:
    """Returns a tool's rows."""
    target = review_file(out, character_id)
    return [row for _, row in read_jsonl(target) if row.get("tool") == tool] if target.is_file() else []


def replace_rows(out: Path, character_id: str, tool: str, new: Iterable[Mapping[str, Any]]) -> None:
    """Replaces a tool's rows; removes the file when the queue is empty."""
    target = review_file(out, character_id)
    others = [row for _, row in read_jsonl(target) if row.get("tool") != tool] if target.is_file() else []
    kept = [*others, *({"tool": tool, **row} for row in new)]
    if kept:
        write_jsonl(target, kept)
    else:
        target.unlink(missing_ok=True)
