"""A scatter plot of a method's cost per answer against its score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from human_simulacra.charts import svg

WIDE, NARROW, HEIGHT, NEEDED = 560, 360, 320, 420
LEFT, RIGHT, TOP, BOTTOM = 52, 20, 16, 262


@dataclass(frozen=True)
class CostPoint:
    """A model: cost per answer, and value with the bounds of its interval if there is one."""

    series: int
    label: str
    cost: float
    value: float
    low: float | None = None
    high: float | None = None


def draw_scatter_plot(points: Sequence[CostPoint], cost: str, measure: str, percent: bool) -> Markup | None:
    """Draws cost (logarithmic if it spans a factor of five) against a measure; None for fewer than two points with a cost.

    There are two drawings, for wide and for narrow screens.

    Args:
        points: One per model.
        cost: Label of the horizontal axis.
        measure: Name of the measure on the vertical axis.
        percent: Whether the vertical axis shows at least 0 to 100.
    """
    points = [point for point in points if point.cost > 0]
    if len(points) < 2:
        return None
    return svg.for_two_widths(*(_draw(points, cost, measure, percent, *size) for size in ((WIDE, NEEDED), (NARROW, 0))))


def _draw(points: Sequence[CostPoint], cost: str, measure: str, percent: bool, width: int, needed: int) -> Markup:
    right = width - RIGHT
    least, most = min(p.cost for p in points), max(p.cost for p in points)
    logarithmic = most / least >= 5
    turn = math.log10 if logarithmic else float
    room = (turn(most) - turn(least)) * 0.12 or turn(most) * 0.1 or 0.1
    across = svg.LinearScale(turn(least) - room, turn(most) + room, LEFT, right)
    ends = [value for p in points for value in (p.value, p.low, p.high) if value is not None]
    top = max(100.0 if percent else 0.0, *ends) or 1.0
    up = svg.LinearScale(min(0.0, *ends), top, BOTTOM, TOP)  # conformity falls below 0
    parts: list[Markup] = []
    for tick in svg.tick_values(up.low, up.high):
        parts.append(svg.line(LEFT, up(tick), right, up(tick), "grid"))
        parts.append(svg.text(LEFT - 8, up(tick) + 4, svg.format_tick(tick), "end", "small"))
    ticks = _logarithmic_ticks(10**across.low, 10**across.high) if logarithmic else svg.tick_values(across.low, across.high, 6)
    for tick in ticks:
        x = across(turn(tick))
        parts.append(svg.line(x, TOP, x, BOTTOM, "grid"))
        parts.append(svg.text(x, BOTTOM + 17, svg.format_tick(tick), "middle", "small"))
    parts.append(svg.text((LEFT + right) / 2, BOTTOM + 38, cost + (" (logarithmic)" if logarithmic else ""), "middle", "small"))
    for p in points:
        x, class_ = across(turn(p.cost)), f"whisker s{p.series % svg.COLOURS}"
        if p.low is not None and p.high is not None:
            parts.append(svg.line(x, up(p.low), x, up(p.high), class_))
        parts.append(
            svg.marker(x, up(p.value), p.series, 5.5, f"{p.label}: {p.value:.1f}, {svg.format_tick(round(p.cost, 4))} an answer")
        )
    words = "; ".join(f"{p.label}: {p.value:.1f} at {p.cost:.4g}" for p in points)
    return svg.drawing(width, HEIGHT, f"Cost against {measure}", words, parts, needed)


def _logarithmic_ticks(low: float, high: float) -> list[float]:
    """Returns 1, 2 and 5 times the powers of ten in a range."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [m * 10.0**p for p in powers for m in (1, 2, 5) if low <= m * 10.0**p <= high]
