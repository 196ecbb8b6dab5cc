"""The review queue: texts that a person should decide about, in one file per character; each tool replaces its own rows."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from human_simulacra import jsonl_rows
from human_simulacra.construction.review.decisions import Decisions, ReviewItem, SavedDecision
from human_simulacra.construction.workspace import work_folder
from human_simulacra.files import write_jsonl


def review_file(out: Path, character_id: str) -> Path:
    """Returns the file of a character's review queue."""
    return work_folder(out, character_id) / "for-review.jsonl"


def read_items(out: Path, character_id: str, tool: str | None = None) -> list[ReviewItem]:
    """Returns the texts of the queue, each once; those of one tool if given. Raises a UserError if a line is invalid."""
    path = review_file(out, character_id)
    items = jsonl_rows.read_rows(ReviewItem, path) if path.is_file() else []
    return list({item.key: item for item in items if tool in (None, item.tool)}.values())


def replace_items(out: Path, character_id: str, tool: str, items: Iterable[ReviewItem]) -> None:
    """Replaces a tool's texts in the queue; removes the file when the queue is empty."""
    path = review_file(out, character_id)
    others = [row for _, row in jsonl_rows.read_jsonl(path) if row.get("tool") != tool] if path.is_file() else []
    if kept := [*others, *map(asdict, items)]:
        write_jsonl(path, kept)
    else:
        path.unlink(missing_ok=True)


def read_decided(out: Path, character_id: str) -> dict[str, tuple[ReviewItem, SavedDecision | None]]:
    """Returns the texts of the queue by key, each with the newest decision about it."""
    decided = Decisions(out, character_id).newest()
    return {item.key: (item, decided.get(item.key)) for item in read_items(out, character_id)}


def is_open(item: ReviewItem, saved: SavedDecision | None) -> bool:
    """Returns whether a text is undecided, or rejected but still in the character, since nothing was there before it."""
    return saved is None or (saved.decision == "reject" and item.in_character and not item.before)


def open_items(out: Path, character_id: str) -> list[ReviewItem]:
    """Returns the open texts of the queue."""
    return [item for item, saved in read_decided(out, character_id).values() if is_open(item, saved)]


def describe_open_items(items: int, out: Path, character_id: str) -> str:
    """Returns a sentence with the number of open texts and the command to decide about them."""
    return f"{items} {'text' if items == 1 else 'texts'} for you to review: {format_tool('review_character', out, character_id)}"


def describe_decision(item: ReviewItem, saved: SavedDecision, out: Path, character_id: str) -> str:
    """Returns what was decided about a text, and what is left to do then."""
    left, again = "", format_tool(item.tool, out, character_id)
    if is_open(item, saved):
        left = f"; it stays in the character until its tool writes it anew, with your reason in the prompt: {again}"
    elif saved.decision != "reject" and not item.file:
        left = f"; the next run takes it into the character: {again}"
    elif item.file == "story.jsonl" and saved.replaces:
        left = f"; the paragraph's memory must be rebuilt: {format_tool('build_memories', out, character_id)}"
    return f"{item.what}: {saved.describe()}{left}"


def format_tool(tool: str, out: Path, character_id: str) -> str:
    """Returns the command that runs a tool on a character."""
    return shlex.join(["python", f"tools/{tool}.py", character_id, "--out", str(out)])
