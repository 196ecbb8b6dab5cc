"""One chart of the report: drawings under a heading, with a legend and a sentence on how to read them."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Chart:
    """Drawings under one heading.

    Args:
        title: The heading.
        reading: How to read the drawings; may be empty.
        drawings: SVG elements.
        legend: The key to colours and shapes.
        grid: Whether the drawings stand side by side in a grid.
        folded: Whether the chart is folded away until the reader opens it.
    """

    title: str
    how_to_read: str
    drawings: tuple[Markup, ...]
    legend: Markup = field(default_factory=Markup)
    grid: bool = False
    folded: bool = False
