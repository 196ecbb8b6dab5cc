"""One chart of the report: drawings with a heading, a legend and a reading aid."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Chart:
    """Drawings (SVG elements) under one heading, with the key to their colours and shapes.

    `how_to_read` is a sentence, or empty. A `grid` lays the drawings out in a grid; a `folded` chart is collapsed until opened.
    """

    title: str
    how_to_read: str
    drawings: tuple[Markup, ...]
    legend: Markup = field(default_factory=Markup)
    grid: bool = False
    folded: bool = False
