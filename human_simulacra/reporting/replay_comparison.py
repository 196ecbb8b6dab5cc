"""Compares the figures that a run saved with recomputed ones: the JSON values, the CSV and the tables of the Markdown."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from human_simulacra.results import run_folder
from human_simulacra.results.summary import Summary
from human_simulacra.results.tables import nan_to_none, summary_to_csv, table_to_text, to_json

# Relative and absolute. Another processor or numpy may add numbers in another order; nothing else may differ.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Comparison:
    """The number of figures compared, and the first difference as a sentence; an empty one if all are equal."""

    figures: int
    difference: str = ""


def describe_difference(place: str, saved: Any, recomputed: Any) -> str:
    """Returns the sentence for a place where a saved run and its replay differ."""
    return f"{place} differs: saved {_short(saved)}, recomputed {_short(recomputed)}"


def compare_summary(folder: Path, summary: Summary) -> Comparison:
    """Compares a summary with its saved JSON file, and with the CSV and Markdown files if they exist.

    Args:
        folder: The run's subfolder `summary`.
        summary: The recomputed summary.
    """
    path = folder / f"{summary.experiment}.json"
    if not path.is_file():
        return Comparison(0, describe_difference(str(path), "no such file", "figures"))
    found = compare_values(run_folder.read_json(path), json.loads(to_json(summary)), str(path))
    return found if found.difference else Comparison(found.figures, _compare_tables(folder, summary))


def _compare_tables(folder: Path, summary: Summary) -> str:
    """Compares the lines of the CSV file and the tables of the Markdown file; the manifest tells whether one is missing."""
    path = folder / f"{summary.experiment}.csv"
    if path.is_file():
        texts = path.read_text(encoding="utf-8"), summary_to_csv(summary)
        lines = zip_longest(*(text.splitlines() for text in texts), fillvalue="no such line")
        for number, (saved, now) in enumerate(lines, 1):
            if saved != now:
                return describe_difference(f"{path}: line {number}", saved, now)
    path = folder / f"{summary.experiment}.md"
    if path.is_file():
        _, *saved_tables = path.read_text(encoding="utf-8").split("\n## ")
        tables = [table_to_text(table, style="github").removeprefix("## ") for table in summary.tables if table.rows]
        for saved, now in zip_longest(saved_tables, tables, fillvalue=""):
            if saved.strip() != now.strip():
                title = (now or saved).partition("\n")[0]
                return describe_difference(f"{path}: the table '{title}'", "other cells", "those of the saved answers")
    return ""


def compare_values(saved: Any, now: Any, place: str) -> Comparison:
    """Compares two JSON values: numbers within `TOLERANCE`, everything else exactly.

    Returns:
        The count of the numbers compared, and the first difference.
    """
    numbers = 0
    for where, old, new in _leaves(nan_to_none(saved), now, place):
        if isinstance(new, int | float) and not isinstance(new, bool):
            numbers += 1
        if not _same(old, new):
            return Comparison(numbers, describe_difference(where, old, new))
    return Comparison(numbers)


def _leaves(saved: Any, now: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yields (place, saved, recomputed) of every value, and of the keys that only one side has."""
    if isinstance(saved, dict) and isinstance(now, dict):
        if saved.keys() != now.keys():
            yield f"{place}: its keys", sorted(saved.keys() - now.keys()), sorted(now.keys() - saved.keys())
        for key in (key for key in now if key in saved):
            where = f"{place}: {key}" if place.endswith(".json") else f"{place}.{key}"
            yield from _leaves(saved[key], now[key], where)
    elif isinstance(saved, list) and isinstance(now, list) and len(saved) == len(now):
        for index, (old, new) in enumerate(zip(saved, now, strict=True)):
            yield from _leaves(old, new, f"{place}[{index}]")
    else:
        yield place, saved, now


def _same(saved: Any, now: Any) -> bool:
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in (saved, now)):
        return math.isclose(saved, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(saved) is type(now) and saved == now


def _short(value: Any) -> str:
    text = value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 160 else text[:157] + "..."
