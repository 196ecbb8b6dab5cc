"""Comparing what a run saved with what is computed again: JSON values, and the files for people."""

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
# What a later version may say in other words. Tables are compared number by number; keys that were renamed, place by place.
_WORDING = ("title", "notes", "note", "caveat", "head")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Difference:
    """The first place where a saved run and its replay differ."""

    place: str
    saved: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.place} differs: saved {_short(self.saved)}, recomputed {_short(self.found)}"


@dataclass(frozen=True)
class Replayed:
    """One experiment, or the run's usage: how many rows and figures agree, or the first difference."""

    name: str
    rows: int
    figures: int
    difference: Difference | None = None


def compare_figures(folder: Path, summary: Summary) -> Replayed:
    """Compares a summary with what was saved of it: its JSON, then the CSV and the Markdown where they exist.

    Args:
        folder: The run's folder `summary/`.
        summary: The recomputed summary.
    """
    path, now = folder / f"{summary.experiment}.json", json.loads(to_json(summary))
    if not path.is_file():
        return Replayed(path.stem, 0, 0, Difference(str(path), "no such file", "figures"))
    found = compare(_without_wording(run_folder.read_json(path)), _without_wording(now), str(path))
    return found if found.difference else replace(found, difference=_compare_tables(folder, summary))


def _without_wording(value: Any, cells: bool = False) -> Any:
    """Returns a summary without its sentences, and with the numbers of each table cell in place of the cell's text."""
    if isinstance(value, dict):
        return {key: _without_wording(inner, cells or key == "rows") for key, inner in value.items() if key not in _WORDING}
    if isinstance(value, list):
        return [_without_wording(inner, cells) for inner in value]
    return _NUMBER.findall(value) if cells and isinstance(value, str) else value


def _compare_tables(folder: Path, summary: Summary) -> Difference | None:
    """Compares the files for people, where they exist: every line of the CSV, and the numbers of the Markdown's tables."""
    path = folder / f"{summary.experiment}.csv"
    if path.is_file():
        lines = zip_longest(
            _csv_lines(path.read_text(encoding="utf-8")), _csv_lines(summary_to_csv(summary)), fillvalue="no such line"
        )
        for number, (saved, now) in enumerate(lines, 1):
            if saved != now:
                return Difference(f"{path}: line {number}", saved, now)
    path = folder / f"{summary.experiment}.md"
    if path.is_file():
        tables = [table for table in summary.tables if table.rows]
        saved = path.read_text(encoding="utf-8").split("\n## ")[1:]
        for text, table in zip_longest(saved, tables, fillvalue=None):
            if table is None or text is None or _numbers_in_rows(text) != _numbers_in_rows(table_to_text(table, style="github")):
                title = table.title if table else str(text).partition("\n")[0]
                return Difference(f"{path}: the table '{title}'", "other cells", "those of the saved answers")
    return None


def _csv_lines(text: str) -> list[str]:
    """Returns the lines of a summary's CSV without the last column, the caveat in words."""
    return [",".join(cells[:-1]) for cells in csv.reader(text.splitlines())]


def _numbers_in_rows(markdown: str) -> list[str]:
    return [number for line in markdown.splitlines() if line.startswith("|") for number in _NUMBER.findall(line)]


def compare(saved: Any, now: Any, place: str) -> Replayed:
    """Compares two JSON values; `figures` counts the numbers that were compared."""
    numbers = 0
    for where, old, new in _leaves(nan_to_none(saved), now, place):
        if isinstance(new, int | float) and not isinstance(new, bool):
            numbers += 1
        if not _same(old, new):
            return Replayed("", 0, numbers, Difference(where, old, new))
    return Replayed("", 0, numbers)


def _leaves(saved: Any, now: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yields (place, saved, now) of every value; keys that only one side has, since they were renamed, are paired in order."""
    if isinstance(saved, dict) and isinstance(now, dict):
        gone, new = [key for key in saved if key not in now], [key for key in now if key not in saved]
        pairs = [*((key, key) for key in now if key in saved), *zip_longest(gone, new)]
        for old_key, key in pairs:
            where = f"{place}: {key or old_key}" if ".json" in place[-5:] else f"{place}.{key or old_key}"
            yield from _leaves(saved.get(old_key), now.get(key), where)
    elif isinstance(saved, list) and isinstance(now, list) and len(saved) == len(now):
        for index, (old, new) in enumerate(zip(saved, now, strict=True)):
            yield from _leaves(old, new, f"{place}[{index}]")
    else:
        yield place, saved, now


def _same(saved: Any, now: Any) -> bool:
    if (
        isinstance(saved, int | float)
        and isinstance(now, int | float)
        and not isinstance(saved, bool)
        and not isinstance(now, bool)
    ):
        return math.isclose(saved, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(saved) is type(now) and saved == now


def _short(value: Any) -> str:
    text = value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 160 else text[:157] + "..."
