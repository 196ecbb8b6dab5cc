"""Comparing what a run saved with what is computed again: JSON values, and the files for people."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from human_simulacra.results import run_folder
from human_simulacra.results.summary import Summary
from human_simulacra.results.tables import as_csv, as_json, as_text, finite

TOLERANCE = 1e-9
_WORDING = ("title", "notes")  # sentences, no figures: a later version may put them in other words


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
    """Compares a summary with what was saved of it: its JSON, then the CSV and the Markdown where they are there."""
    path, now = folder / f"{summary.experiment}.json", json.loads(as_json(summary))
    if not path.is_file():
        return Replayed(path.stem, 0, 0, Difference(str(path), "no such file", "figures"))
    saved = run_folder.load(path)
    if not isinstance(saved, dict):
        return compare(saved, now, str(path))
    figures = [{key: value for key, value in part.items() if key not in _WORDING} for part in (saved, now)]
    found = compare(figures[0], figures[1], str(path))
    return found if found.difference else replace(found, difference=_tables(folder, summary))


def _tables(folder: Path, summary: Summary) -> Difference | None:
    """Compares the files for people, where they are there: every line of the CSV, and every table of the Markdown."""
    path = folder / f"{summary.experiment}.csv"
    if path.is_file():
        lines = zip_longest(path.read_text(encoding="utf-8").splitlines(), as_csv(summary).splitlines(), fillvalue="no such line")
        for number, (saved, now) in enumerate(lines, 1):
            if saved != now:
                return Difference(f"{path}: line {number}", saved, now)
    path = folder / f"{summary.experiment}.md"
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        for table in summary.tables:
            if table.rows and as_text(table, style="github") not in text:
                return Difference(f"{path}: the table '{table.title}'", "other cells", "those of the saved answers")
    return None


def compare(saved: Any, now: Any, place: str) -> Replayed:
    """Compares two JSON values; `figures` counts the numbers that were compared."""
    numbers = 0
    for where, old, new in _leaves(finite(saved), now, place):
        if isinstance(new, int | float) and not isinstance(new, bool):
            numbers += 1
        if not _same(old, new):
            return Replayed("", 0, numbers, Difference(where, old, new))
    return Replayed("", 0, numbers)


def _leaves(saved: Any, now: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(saved, dict) and isinstance(now, dict):
        for key in [*now, *(key for key in saved if key not in now)]:
            yield from _leaves(saved.get(key), now.get(key), f"{place}: {key}" if ".json" in place[-5:] else f"{place}.{key}")
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
