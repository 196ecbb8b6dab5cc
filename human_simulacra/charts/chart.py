"""One chart of the report: drawings with a heading, a legend and a reading aid."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Chart:
    """Drawings under one heading.

    Args:
        title: The heading.
        how_to_read: A sentence on how to read the drawings; may be empty.
        drawings: SVG elements.
        legend: The key to colours and shapes.
        grid: Whether to lay the drawings out in a grid.
        folded: Whether the chart is collapsed until the reader opens it.
    """

    title: str
    how_to_read: str
    drawings: tuple[Markup, ...]
    legend: Markup = field(default_factory=Markup)
    grid: bool = False
    folded: bool = False
