"""What a large evaluation takes of processors and disks, from what `benchmarks/scale.py` measures of a run, character and row."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

DAY = 86_400  # seconds
KEPT = ("data", "predictions", "journal", "results", "tables and report", "call cache", "texts and embeddings")  # stores


@dataclass(frozen=True)
class Parts:
    """How much of a figure belongs to a run, to each of its characters and to each of its rows."""

    run: float
    character: float
    row: float

    def predict(self, characters: int, questions: int, runs: int = 1) -> float:
        """Returns the figure of an evaluation of this size, split into `runs` runs."""
        return runs * self.run + characters * self.character + characters * questions * self.row


def show(name: str, value: float) -> str:
    """Returns a figure with its unit; processor times are in seconds, memory and stores in bytes."""
    if name.endswith("CPU"):
        return f"{value:,.0f} s" if abs(value) >= 10 else f"{value:.1f} s" if abs(value) >= 1 else f"{1000 * value:.1f} ms"
    if name.endswith("memory") or name in KEPT:
        size, unit = next(
            (s, u) for s, u in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B")) if abs(value) >= s or s == 1
        )
        return f"{value / size:.3g} {unit}" if abs(value) < 1000 * size else f"{value / size:,.0f} {unit}"
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.2g}"


def print_estimate(parts: Mapping[str, Parts], given: argparse.Namespace) -> None:
    """Prints what the large evaluation takes if no run has more characters than fit into memory."""
    rows = given.characters * given.questions
    print(f"\n{given.characters:,} characters x {given.questions} questions = {rows:,} rows, extrapolated:\n")
    print("| what | amount |\n|---|---|")
    for name, amount in _lines(parts, given):
        print(f"| {name} | {amount} |")


def _lines(parts: Mapping[str, Parts], given: argparse.Namespace) -> Iterator[tuple[str, str]]:
    size = (given.characters, given.questions)
    largest = min(_largest_run(parts[f"{stage}, memory"], given) for stage in ("answering", "scoring and report"))
    runs = math.ceil(given.characters / largest) if largest else 0
    yield f"characters a run with {given.memory:g} GB of memory", f"{largest:,}"
    yield "runs", f"{runs:,}"
    for stage in ("answering", "scoring and report"):
        yield f"{stage}, days of one core", _days(parts[f"{stage}, CPU"].predict(*size, runs) / DAY)
    stores = {name: parts[name].predict(*size, runs) for name in KEPT}
    for name, value in stores.items():
        yield name, show(name, value)
    yield "all stores", show("data", sum(stores.values()))
    yield "files", f"{parts['files'].predict(*size, runs):,.0f}"


def _largest_run(memory: Parts, given: argparse.Namespace) -> int:
    """Returns how many characters fit into a run's memory."""
    each = memory.character + given.questions * memory.row
    return min(given.characters, int((given.memory * 1e9 - memory.run) / each)) if each > 0 else given.characters


def _days(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
