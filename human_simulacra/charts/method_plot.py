"""The plot of one figure of every method, with its interval and its number: a row per method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from human_simulacra.charts import svg
from human_simulacra.charts.forest_plot import MARGIN, Layout, describe_estimate, draw_estimate, draw_ticks

ROW, AXIS, NUMBERS = 30, 40, 146
WIDE, NARROW = Layout(860, 270, 600), Layout(360, 0, 0)


@dataclass(frozen=True)
class MethodFigure:
    """One row of the plot: a series with its estimate as in `summary/*.json`, and whether it is a control."""

    series: int
    label: str
    estimate: Mapping[str, Any]
    control: bool


def draw_method_plot(title: str, axis: str, unit: str, figures: Sequence[MethodFigure]) -> Markup | None:
    """Draws a row per method, twice: for wide and for narrow screens; None if no method has a value.

    Args:
        title: Title of the drawing.
        axis: What the horizontal axis shows.
        unit: Unit of the estimates.
        figures: The methods, in the order to show.
    """
    figures = [figure for figure in figures if figure.estimate["value"] is not None]
    if not figures:
        return None
    return svg.for_two_widths(*(_draw(title, axis, unit, figures, layout) for layout in (WIDE, NARROW)))


def _draw(title: str, axis: str, unit: str, figures: Sequence[MethodFigure], layout: Layout) -> Markup:
    ends = [value for f in figures for key in ("low", "value", "high") if (value := f.estimate[key]) is not None]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = (high - low) * 0.04 or 1.0  # so that no marker is cut at an end
    numbers = NUMBERS if layout.labels else 0  # a column of its own, or above the interval
    scale = svg.LinearScale(low - room * (low < 0), high + room, layout.start, layout.width - MARGIN - numbers)
    tall = ROW + layout.name_line
    bottom = 4.0 + len(figures) * tall
    parts: list[Markup] = []
    for place, figure in enumerate(figures):
        if figure.control:
            y = 4.0 + place * tall
            parts.append(svg.element("rect", x=0.0, y=y, width=float(layout.width), height=float(tall), class_="band"))
    parts += draw_ticks(scale, 4, bottom)
    for place, figure in enumerate(figures):
        y = 4.0 + place * tall
        baseline = y + (17 if layout.name_line else ROW / 2 + 4)
        label = f"{figure.label} (control)" if figure.control else figure.label
        number = describe_estimate(figure.estimate, unit).replace(" %", "").replace("-", "\u2212")
        free = (layout.labels or layout.width - NUMBERS) - 14
        parts.append(svg.shortened_text(6, baseline, label, free))
        parts.append(svg.text(layout.width - 6, baseline, number, "end", "number"))
        middle = y + layout.name_line + ROW / 2
        parts += draw_estimate(scale, middle, figure.series, figure.estimate, f"{label}: {number}")
    parts.append(svg.text((scale.start + scale.end) / 2, bottom + 33, axis, "middle", "small"))
    words = "; ".join(f"{f.label}{' (control)' if f.control else ''}: {describe_estimate(f.estimate, unit)}" for f in figures)
    return svg.drawing(layout.width, bottom + AXIS, title, words, parts, layout.needed)
