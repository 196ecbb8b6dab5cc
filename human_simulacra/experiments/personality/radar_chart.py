"""Radar charts of each character's assigned and measured personality."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from human_simulacra.charts import svg
from human_simulacra.charts.chart import Chart
from human_simulacra.charts.model_series import Series
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.summary import ALL

SIZE, RADIUS, INNER = 220, 74.0, 0.12
_HOW_TO_READ = (
    "The grey area is the assigned personality, the line the measured one; each from its weakest function (inner ring) to its "
    "strongest (outer ring)."
)


def draw_radars(runs: Sequence[tuple[Run, Mapping[str, Any]]], series: Sequence[Series]) -> list[Chart]:
    """Draws one chart per model with a radar per character.

    Args:
        runs: Each run with its `summary/personality.json`.
        series: The models of all runs.
    """
    result: list[Chart] = []
    for s in series:
        for run, summary in runs:
            if run is s.run:
                taus = {(t["model"], t["character"]): t["tau"] for t in summary["data"].get("tau", ())}
                drawings = tuple(
                    draw_radar(entry, s.index, taus.get((s.model, entry["character"])))
                    for entry in summary["data"].get("radar", ())
                    if entry["model"] == s.model and entry["character"] != ALL
                )
                if drawings:
                    title = f"Assigned and measured personality: {s.label}"
                    result.append(Chart(title, "" if result else _HOW_TO_READ, drawings, grid=True, folded=bool(result)))
    return result


def draw_radar(entry: Mapping[str, Any], series: int, tau: float | None = None) -> Markup:
    """Draws one character.

    Args:
        entry: An entry of the summary's `radar` data: character, functions, and each function's assigned and measured
            strength. Both are rescaled to their own range, since only their order is compared.
        series: Index of the model's series.
        tau: Kendall's tau-b, written below.
    """
    functions, centre = entry["functions"], SIZE / 2
    rings = [svg.polyline(_corners([share] * len(functions)), "grid", closed=True) for share in (INNER, (1 + INNER) / 2, 1.0)]
    spokes, labels = [], []
    for place, function in enumerate(functions):
        x, y = _corner(place, len(functions), 1.0)
        spokes.append(svg.line(centre, centre, x, y, "grid"))
        x, y = _corner(place, len(functions), 1.22)
        labels.append(svg.text(x, y + 4, function, "middle", "small"))
    assigned = svg.polyline(_corners(radial_positions(entry["assigned"])), "assigned", closed=True)
    points = _corners(radial_positions(entry["measured"]))
    measured = svg.polyline(points, f"measured s{series % svg.COLOURS}", closed=True)
    markers = [
        svg.marker(x, y, series, 2.8, f"{function}: assigned {svg.format_tick(a)}, measured {svg.format_tick(m)}")
        for (x, y), function, a, m in zip(points, functions, entry["assigned"], entry["measured"], strict=True)
    ]
    name = str(entry["character"])
    below = [svg.text(centre, SIZE + 4, name, "middle", "strong")]
    if tau is not None:
        below.append(svg.text(centre, SIZE + 20, f"tau {svg.format_tick(round(tau, 2))}", "middle", "small"))
    pairs = ", ".join(f"{f} {a:g}/{m:g}" for f, a, m in zip(functions, entry["assigned"], entry["measured"], strict=True))
    return svg.drawing(
        SIZE, SIZE + 28, f"{name}, {entry['model']}", f"Assigned and measured strength of each function: {pairs}",
        [*rings, *spokes, assigned, measured, *markers, *labels, *below],
    )  # fmt: skip


def radial_positions(values: Sequence[float]) -> list[float]:
    """Rescales values to distances from the centre: the lowest to the inner ring, the highest to the outer ring (1)."""
    low, high = min(values), max(values)
    return [INNER + (1 - INNER) * ((value - low) / (high - low) if high > low else 0.5) for value in values]


def _corner(place: int, count: int, share: float) -> tuple[float, float]:
    angle = 2 * math.pi * place / count - math.pi / 2
    return SIZE / 2 + RADIUS * share * math.cos(angle), SIZE / 2 + RADIUS * share * math.sin(angle)


def _corners(values: Sequence[float]) -> list[tuple[float, float]]:
    return [_corner(place, len(values), share) for place, share in enumerate(values)]
