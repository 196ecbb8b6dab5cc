"""Forest plots: an estimate with its interval for each character and model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from human_simulacra.charts import svg
from human_simulacra.charts.model_series import Measure, Series

WIDTH, LABELS, ROW, PAD = 720, 170, 11, 10
NEEDED = 520


def draw_forest_plot(measure: Measure, series: Sequence[Series]) -> Markup | None:
    """Draws a measure by character with a line per model, all characters last; None if no character has an estimate."""
    groups = dict(sorted(measure.by_character().items()))
    if not groups:
        return None
    overall = measure.overall()
    rows = [*groups.items(), *([("all characters", overall)] if overall else [])]
    present = [s for s in series if any(s.index in found for _, found in rows)]
    scale = value_scale(measure, [found for _, found in rows])
    tall = len(present) * ROW + PAD
    height = 26 + len(rows) * tall + 34
    bands = [
        svg.element("rect", x=0.0, y=26.0 + place * tall - PAD / 2, width=float(WIDTH), height=float(tall), class_="band")
        for place in range(0, len(groups), 2)
    ]
    parts: list[Markup] = [*bands, *_grid(scale, 22, height - 34, measure)]
    y = 26.0
    for character, found in rows:
        whole = character == "all characters"
        if whole:
            parts.append(svg.line(0, y - PAD / 2, WIDTH, y - PAD / 2, "rule"))
        parts.append(svg.shortened_text(6, y + (tall - PAD) / 2 + 4, character, LABELS - 14, "strong" if whole else None))
        for place, s in enumerate(present):
            if s.index in found:
                estimate = found[s.index]["estimate"]
                caveat = f" ({found[s.index]['caveat']})" if found[s.index].get("caveat") else ""
                tooltip = f"{character}, {s.label}: {describe_estimate(estimate, measure.unit)}{caveat}"
                parts += _estimate(scale, y + place * ROW + ROW / 2, s, estimate, tooltip)
        y += tall
    words = f"{measure.label} of {len(groups)} characters and {len(present)} models, with 95 % intervals if there are any"
    return svg.drawing(WIDTH, height, f"{measure.title}: {measure.name} by character", words, parts, NEEDED)


def value_scale(measure: Measure, groups: Sequence[Mapping[int, Mapping[str, Any]]]) -> svg.LinearScale:
    """Returns the horizontal scale: 0 to 100 for percentages, -1 to 1 for correlations, else the range of the estimates."""
    values = [
        value
        for found in groups
        for headline in found.values()
        for value in (headline["estimate"]["value"], headline["estimate"]["low"], headline["estimate"]["high"])
        if value is not None
    ]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if measure.unit == "%":
        low, high = min(0.0, low), max(100.0, high)
    elif low >= -1.0 and high <= 1.0 and (low < 0 or "tau" in measure.unit):
        low, high = -1.0, 1.0
    else:
        low, high = min(0.0, low), high if high > low else low + 1.0
    return svg.LinearScale(low, high, LABELS, WIDTH - 14)


def describe_estimate(estimate: Mapping[str, Any], unit: str = "") -> str:
    """Renders an estimate with its unit and interval."""
    places = 1 if unit == "%" else 2
    if estimate["value"] is None:
        return "no figure"
    value = f"{estimate['value']:.{places}f}{' %' if unit == '%' else ''}"
    return value if estimate["low"] is None else f"{value} [{estimate['low']:.{places}f}, {estimate['high']:.{places}f}]"


def _grid(scale: svg.LinearScale, top: float, bottom: float, measure: Measure) -> list[Markup]:
    parts = []
    for tick in svg.tick_values(scale.low, scale.high):
        parts.append(svg.line(scale(tick), top, scale(tick), bottom, "zero" if tick == 0 and scale.low < 0 else "grid"))
        parts.append(svg.text(scale(tick), bottom + 15, svg.format_tick(tick), "middle", "small"))
    parts.append(svg.text((scale.start + scale.end) / 2, bottom + 31, measure.label, "middle", "small"))
    return parts


def _estimate(scale: svg.LinearScale, y: float, s: Series, estimate: Mapping[str, Any], tooltip: str) -> list[Markup]:
    if estimate["value"] is None:
        return []
    whisker = []
    if estimate["low"] is not None and estimate["high"] is not None:
        whisker = [svg.line(scale(estimate["low"]), y, scale(estimate["high"]), y, f"whisker s{s.index % svg.COLOURS}")]
    return [*whisker, svg.marker(scale(estimate["value"]), y, s.index, 4, tooltip)]
