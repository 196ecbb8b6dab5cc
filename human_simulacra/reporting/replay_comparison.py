"""Compares the figures that a run saved with recomputed ones: the JSON values, the CSV and the Markdown."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from human_simulacra.results import run_folder
from human_simulacra.results.summary import Summary
from human_simulacra.results.tables import nan_to_none, summary_to_csv, table_to_text, to_json

TOLERANCE = 1e-9
# Texts that may differ between versions: these keys, and remarks in parentheses in table cells. Renamed keys are paired in order.
_TEXTS = ("title", "notes", "note", "caveat", "head")
_REMARK = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True)
class Difference:
    """The first place where a saved run and its replay differ."""

    place: str
    saved: Any
    recomputed: Any

    def __str__(self) -> str:
        return f"{self.place} differs: saved {_short(self.saved)}, recomputed {_short(self.recomputed)}"


@dataclass(frozen=True)
class ReplayResult:
    """The number of rows and figures of an experiment, or of the run's usage, that agree, and the first difference if any."""

    name: str
    rows: int
    figures: int
    difference: Difference | None = None


def compare_summary(folder: Path, summary: Summary) -> ReplayResult:
    """Compares a summary with its saved JSON file, and with the CSV and Markdown files if they exist.

    Args:
        folder: The run's subfolder `summary`.
        summary: The recomputed summary.
    """
    path, now = folder / f"{summary.experiment}.json", json.loads(to_json(summary))
    if not path.is_file():
        return ReplayResult(path.stem, 0, 0, Difference(str(path), "no such file", "figures"))
    found = compare_values(_without_wording(run_folder.read_json(path)), _without_wording(now), str(path))
    return found if found.difference else replace(found, difference=_compare_tables(folder, summary))


def _without_wording(value: Any, cells: bool = False) -> Any:
    """Returns a summary without its texts, and with the table cells without their remarks."""
    if isinstance(value, dict):
        return {key: _without_wording(inner, cells or key == "rows") for key, inner in value.items() if key not in _TEXTS}
    if isinstance(value, list):
        return [_without_wording(inner, cells) for inner in value]
    return _REMARK.sub("", value) if cells and isinstance(value, str) else value


def _compare_tables(folder: Path, summary: Summary) -> Difference | None:
    """Compares the lines of the CSV file and the cells of the Markdown file's tables; a missing file is skipped."""
    path = folder / f"{summary.experiment}.csv"
    if path.is_file():
        texts = path.read_text(encoding="utf-8"), summary_to_csv(summary)
        lines = zip_longest(*map(_csv_lines, texts), fillvalue="no such line")
        for number, (saved, now) in enumerate(lines, 1):
            if saved != now:
                return Difference(f"{path}: line {number}", saved, now)
    path = folder / f"{summary.experiment}.md"
    if path.is_file():
        tables = [table for table in summary.tables if table.rows]
        saved = path.read_text(encoding="utf-8").split("\n## ")[1:]
        for text, table in zip_longest(saved, tables, fillvalue=None):
            if table is None or text is None or _cells(text) != _cells(table_to_text(table, style="github")):
                title = table.title if table else str(text).partition("\n")[0]
                return Difference(f"{path}: the table '{title}'", "other cells", "those of the saved answers")
    return None


def _csv_lines(text: str) -> list[str]:
    """Returns the lines of a summary's CSV without the last column, which is the caveat's text."""
    return [",".join(cells[:-1]) for cells in csv.reader(text.splitlines())]


def _cells(markdown: str) -> list[list[str]]:
    """Returns the cells of a Markdown table without their remarks, row by row; the first two lines are heads and rules."""
    rows = [line for line in markdown.splitlines() if line.startswith("|")][2:]
    return [[_REMARK.sub("", cell).strip() for cell in row.split("|")] for row in rows]


def compare_values(saved: Any, now: Any, place: str) -> ReplayResult:
    """Compares two JSON values; the result's `figures` is the number of numbers compared."""
    numbers = 0
    for where, old, new in _leaves(nan_to_none(saved), now, place):
        if isinstance(new, int | float) and not isinstance(new, bool):
            numbers += 1
        if not _same(old, new):
            return ReplayResult("", 0, numbers, Difference(where, old, new))
    return ReplayResult("", 0, numbers)


def _leaves(saved: Any, now: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yields (place, saved, recomputed) of every value; keys on one side only count as renamed and are paired in order."""
    if isinstance(saved, dict) and isinstance(now, dict):
        removed, added = [key for key in saved if key not in now], [key for key in now if key not in saved]
        pairs = [*((key, key) for key in now if key in saved), *zip_longest(removed, added)]
        for old_key, key in pairs:
            where = f"{place}: {key or old_key}" if ".json" in place[-5:] else f"{place}.{key or old_key}"
            yield from _leaves(saved.get(old_key), now.get(key), where)
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
