"""A character with texts in the review queue: two that stand in it, and others that were left out."""

from __future__ import annotations

import json
from pathlib import Path

from human_simulacra.construction.review.review_queue import ReviewItem, replace_items
from tests.conftest import write_character

ADA = "ada-berg"
STOOD = "Ada Berg and a green boat called Alk, part 2."
LONGER = "Ada Berg and a green boat called Alk, part 2. It was painted in May."
PARAGRAPH = ReviewItem(
    "generate_life_story", f"paragraph {ADA}-s002", "story.jsonl", f"{ADA}-s002", "text", LONGER, STOOD,
    ("the month May is not in the plan",), False,
)  # fmt: skip
MEMORY = ReviewItem(
    "build_memories", f"memory of {ADA}-s003 and -s004", "memories.jsonl", f"{ADA}-m002", "thinking", "I think of it.", "",
    ("it says nothing of the bakery",), True,
)  # fmt: skip
BIOGRAPHY = ReviewItem(
    "generate_biographies", "biography", "profile.jsonl", ADA, "biography", "Ada Berg was born on 4 March 1980.",
    "Ada Berg, a baker, was born in 1980.", ("it leaves out the occupation",), True,
)  # fmt: skip
QUESTION = ReviewItem(
    "generate_questions", f"question on {ADA}-s007", "", "", "question", "What came in winter? <script>hacked=1</script>", "",
    ("the passage does not answer it",), False,
)  # fmt: skip
ALL = (PARAGRAPH, MEMORY, BIOGRAPHY, QUESTION)


def write_queue(out: Path, *items: ReviewItem) -> Path:
    """Writes the character Ada Berg with these open texts into a data folder; returns the folder."""
    write_character(out, "Ada Berg", 1980)
    for tool in dict.fromkeys(item.tool for item in items):
        replace_items(out, ADA, tool, [item for item in items if item.tool == tool])
    return out


def text_of(out: Path, item: ReviewItem) -> str:
    """Returns what now stands in the character at an item's place."""
    lines = (out / "characters" / ADA / item.file).read_text().splitlines()
    return next(row for row in map(json.loads, lines) if row["id"] == item.row)[item.field]
