"""Scoring of rows with one right option among several, as experiments with such rows share it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from human_simulacra.experiments.second_reader import ReadingTask, answer_line, choice_task, second_reading
from human_simulacra.replies.choices import read_choices
from human_simulacra.results.scored_rows import ScoredRow
from human_simulacra.results.summary import Row


def single_choice_task(row: Row, reply: str) -> ReadingTask:
    """Returns what a second reader can be asked about a reply: which option it chooses."""
    return choice_task(row, reply, several=False)


def score_single_choice(row: Row, reply: str | None) -> dict[str, Any]:
    """Scores a reply to a row with `options` and one position as `answer`.

    Args:
        row: The dataset's columns, with the column `reading` if a second reader was asked.
        reply: What the model replied; None where the row failed.

    Returns:
        `chosen` (one position, or none if the reply names none or several), `correct`, `parsed`, and `second_reading`.
    """
    label, readings = second_reading(row, reply, single_choice_task)
    chosen = read_choices(answer_line(label) or reply or "", row["options"]) or ()
    parsed = len(chosen) == 1
    right = parsed and list(chosen) == list(row["answer"])
    return {"chosen": list(chosen) if parsed else [], "correct": right, "parsed": parsed, **readings}


def scored_choices(rows: Sequence[Row]) -> list[ScoredRow]:
    """Returns scored rows for figures: one point for a right choice."""
    return [
        ScoredRow(row["model"], row["id"], row["character"], row["type"], float(row["correct"]), 1.0, row["correct"],
                  row["parsed"], row["missing"], row.get("run", 1))
        for row in rows
    ]  # fmt: skip


def count_choices(rows: Sequence[Row]) -> dict[str, float]:
    """Returns right choices in percent over answered rows as `accuracy`, and the numbers of unparseable and missing rows."""
    answered = [row for row in rows if not row["missing"]]
    return {
        "accuracy": 100.0 * sum(row["correct"] for row in answered) / len(answered) if answered else 0.0,
        "unparseable": sum(not row["parsed"] for row in answered),
        "missing": len(rows) - len(answered),
    }
