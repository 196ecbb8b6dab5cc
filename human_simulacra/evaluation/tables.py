"""Summaries as text, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tabulate import tabulate

from human_simulacra.evaluation.statistics import Estimate
from human_simulacra.evaluation.summary import ALL, Comparison, Figure
from human_simulacra.evaluation.usage import Usage

FIGURE_HEAD = ("model", "type", "rows", "score % [95 %]", "accuracy % [95 %]", "unreadable", "missing")
COMPARISON_HEAD = ("model", "against", "type", "rows", "score difference [95 %]")
BY_CHARACTER = "Self report, by character"
USAGE_HEAD = ("model", "agent", "calls", "from call cache", "prompt tokens", "prefix-cached %", "completion tokens", "seconds")


def interval(estimate: Estimate, signed: bool = False) -> str:
    """Renders an estimate as `41.7 [33.3, 50.0]`; without the bracket where there is no interval."""
    shape = "{:+.1f}" if signed else "{:.1f}"
    if math.isnan(estimate.low):
        return shape.format(estimate.value)
    return f"{shape.format(estimate.value)} [{shape.format(estimate.low)}, {shape.format(estimate.high)}]"


def figure_rows(figures: Sequence[Figure], by_character: bool) -> list[tuple[Any, ...]]:
    """Returns table rows: over all characters, or one a character with its name in front."""
    rows = []
    for f in figures:
        if (f.character != ALL) == by_character:
            row = (f.model, f.type, f.score.rows, interval(f.score), interval(f.accuracy), f.unreadable, f.missing)
            rows.append((f.character, *row) if by_character else row)
    return rows


def comparison_rows(comparisons: Sequence[Comparison]) -> list[tuple[Any, ...]]:
    """Returns table rows of paired comparisons."""
    return [(c.first, c.second, c.type, c.difference.rows, interval(c.difference, signed=True)) for c in comparisons]


def usage_rows(usage: Mapping[str, Mapping[str, Usage]]) -> list[tuple[Any, ...]]:
    """Returns table rows of usage; estimated token counts are marked with a tilde."""
    rows = []
    for model, agents in usage.items():
        for agent, u in agents.items():
            about = "~" if u.estimated else ""
            rows.append((
                model, agent, u.calls, u.from_cache, f"{about}{u.prompt_tokens}", f"{u.cached_share:.0f}",
                f"{about}{u.completion_tokens}", f"{u.seconds:.0f}",
            ))  # fmt: skip
    return rows


def sections(
    figures: Sequence[Figure], comparisons: Sequence[Comparison], usage: Mapping[str, Mapping[str, Usage]]
) -> list[tuple[str, Sequence[str], list[tuple[Any, ...]]]]:
    """Returns (title, head, rows) of every table, the most important first."""
    tables = [
        ("Self report, by method and type", FIGURE_HEAD, figure_rows(figures, False)),
        ("Methods in pairs, on the same rows", COMPARISON_HEAD, comparison_rows(comparisons)),
        ("What it took", USAGE_HEAD, usage_rows(usage)),
        (BY_CHARACTER, ("character", *FIGURE_HEAD), figure_rows(figures, True)),
    ]
    return [table for table in tables if table[2]]


def as_text(title: str, head: Sequence[str], rows: list[tuple[Any, ...]], style: str = "simple") -> str:
    """Renders one table for a terminal (`simple`) or Markdown (`github`)."""
    prefix = "## " if style == "github" else ""
    return f"{prefix}{title}\n\n{tabulate(rows, head, tablefmt=style, disable_numparse=True)}\n"


def as_csv(figures: Sequence[Figure]) -> str:
    """Renders all figures as CSV, one row a model, type and character, plain numbers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = ("value", "low", "high")
    head = [f"{kind}_{name}" for kind in ("score", "accuracy") for name in names]
    writer.writerow(["model", "type", "character", "rows", *head, "unreadable", "missing"])
    for f in figures:
        numbers = [f"{getattr(e, name):.3f}" for e in (f.score, f.accuracy) for name in names]
        writer.writerow([f.model, f.type, f.character, f.score.rows, *numbers, f.unreadable, f.missing])
    return buffer.getvalue()


def as_json(
    figures: Sequence[Figure], comparisons: Sequence[Comparison], usage: Mapping[str, Mapping[str, Usage]], run: Mapping[str, Any]
) -> str:
    """Renders everything as JSON; an interval that does not exist is null."""
    whole = {
        "run": dict(run),
        "figures": [asdict(f) for f in figures],
        "comparisons": [asdict(c) for c in comparisons],
        "usage": {
            m: {a: {**asdict(u), "cached_share": u.cached_share} for a, u in agents.items()} for m, agents in usage.items()
        },
    }
    return json.dumps(_finite(whole), indent=1) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value
