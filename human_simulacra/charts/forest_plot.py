"""Forest plots: an estimate with its interval for each character and model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from human_simulacra.charts import svg
from human_simulacra.charts.model_series import Measure, Series

WIDTH, LABELS, ROW, PAD, MARGIN = 720, 170, 11, 10, 14


@dataclass(frozen=True)
class Layout:
    """Where a forest plot puts its names, in pixels.

    Args:
        width: Width of the drawing.
        labels: Width of the column of names; 0 if each name stands above its estimates.
        needed: Minimum legible width.
    """

    width: int
    labels: int
    needed: int

    @property
    def name_line(self) -> int:
        """Height of a name above its estimates."""
        return 0 if self.labels else 17

    @property
    def start(self) -> int:
        """Where the scale begins."""
        return self.labels or MARGIN


WIDE, NARROW = Layout(WIDTH, LABELS, 520), Layout(360, 0, 0)


def draw_forest_plot(measure: Measure, series: Sequence[Series]) -> Markup | None:
    """Draws a measure by character with a line per model, all characters last; None if no character has an estimate.

    There are two drawings, for wide and for narrow screens.
    """
    if not measure.by_character():
        return None
    return svg.for_two_widths(*(_draw(measure, series, layout) for layout in (WIDE, NARROW)))


def _draw(measure: Measure, series: Sequence[Series], layout: Layout) -> Markup:
    groups = dict(sorted(measure.by_character().items()))
    overall = measure.overall()
    rows = [*groups.items(), *([("all characters", overall)] if overall else [])]
    present = [s for s in series if any(s.index in found for _, found in rows)]
    scale = value_scale(measure, [found for _, found in rows], layout)
    tall = layout.name_line + len(present) * ROW + PAD
    height = 26 + len(rows) * tall + 34
    bands = [
        svg.element("rect", x=0.0, y=26.0 + place * tall - PAD / 2, width=float(layout.width), height=float(tall), class_="band")
        for place in range(0, len(groups), 2)
    ]
    parts: list[Markup] = [*bands, *_grid(scale, 22, height - 34, measure)]
    y = 26.0
    for character, found in rows:
        whole = character == "all characters"
        if whole:
            parts.append(svg.line(0, y - PAD / 2, layout.width, y - PAD / 2, "rule"))
        baseline = y + (11 if layout.name_line else (tall - PAD) / 2 + 4)
        room = (layout.labels or layout.width) - 14
        parts.append(svg.shortened_text(6, baseline, character, room, "strong" if whole else None))
        for place, s in enumerate(present):
            if s.index in found:
                estimate = found[s.index]["estimate"]
                caveat = f" ({found[s.index]['caveat']})" if found[s.index].get("caveat") else ""
                tooltip = f"{character}, {s.label}: {describe_estimate(estimate, measure.unit)}{caveat}"
                parts += draw_estimate(scale, y + layout.name_line + place * ROW + ROW / 2, s.index, estimate, tooltip)
        y += tall
    words = f"{measure.label} of {len(groups)} characters and {len(present)} models, with 95 % intervals if there are any"
    return svg.drawing(layout.width, height, f"{measure.title}: {measure.name} by character", words, parts, layout.needed)


def value_scale(measure: Measure, groups: Sequence[Mapping[int, Mapping[str, Any]]], layout: Layout) -> svg.LinearScale:
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
    return svg.LinearScale(low, high, layout.start, layout.width - MARGIN)


def describe_estimate(estimate: Mapping[str, Any], unit: str = "") -> str:
    """Renders an estimate with its unit and interval."""
    places = 1 if unit == "%" else 2
    if estimate["value"] is None:
        return "no figure"
    value = f"{estimate['value']:.{places}f}{' %' if unit == '%' else ''}"
    return value if estimate["low"] is None else f"{value} [{estimate['low']:.{places}f}, {estimate['high']:.{places}f}]"


def draw_estimate(scale: svg.LinearScale, y: float, series: int, estimate: Mapping[str, Any], tooltip: str) -> list[Markup]:
    """Returns the marker of a series and the line of its interval; nothing for an estimate without a value."""
    if estimate["value"] is None:
        return []
    whisker = []
    if estimate["low"] is not None and estimate["high"] is not None:
        whisker = [svg.line(scale(estimate["low"]), y, scale(estimate["high"]), y, f"whisker s{series % svg.COLOURS}")]
    return [*whisker, svg.marker(scale(estimate["value"]), y, series, 4, tooltip)]


def _grid(scale: svg.LinearScale, top: float, bottom: float, measure: Measure) -> list[Markup]:
    return [
        *draw_ticks(scale, top, bottom),
        svg.text((scale.start + scale.end) / 2, bottom + 31, measure.label, "middle", "small"),
    ]


def draw_ticks(scale: svg.LinearScale, top: float, bottom: float) -> list[Markup]:
    """Returns a vertical line for each tick of a horizontal scale, with its number below; 0 is dashed if values are below it."""
    parts = []
    for tick in svg.tick_values(scale.low, scale.high):
        parts.append(svg.line(scale(tick), top, scale(tick), bottom, "zero" if tick == 0 and scale.low < 0 else "grid"))
        parts.append(svg.text(scale(tick), bottom + 15, svg.format_tick(tick), "middle", "small"))
    return parts
