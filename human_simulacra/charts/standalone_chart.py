"""A chart as one SVG file, with its own style, title and legend, for notebooks and papers."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from human_simulacra.charts import svg
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically

# As in the report on paper; the series' colours can be told apart by colour-blind readers, and in grey.
COLOURS = ("#0072b2", "#d55e00", "#00825d", "#a8488a", "#9a6b00", "#2f97cf", "#545454", "#7b5bd6")
STYLE = """
.standalone text { font: 13px system-ui, sans-serif; fill: #1c2126; }
.standalone text.small { font-size: 12px; fill: #5a646e; }
.standalone text.strong { font-weight: 650; }
.standalone .grid { stroke: #e3e7eb; fill: none; }
.standalone .zero { stroke: #5a646e; stroke-dasharray: 2 3; }
.standalone .band { fill: #f5f7f9; }
.standalone .rule { stroke: #d9dee3; }
.standalone .mark { stroke: #fff; stroke-width: 1; }
.standalone .whisker { stroke-width: 2; }
"""
MARGIN, LINE, LETTER = 12, 20, 7.4
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class StandaloneChart:
    """A chart as SVG source. Notebooks show it."""

    title: str
    svg: str = field(repr=False)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the SVG file and returns its path.

        Raises:
            UserError: If the name is that of a file in another format.
        """
        file = Path(path)
        if file.suffix.lower() != ".svg":
            raise UserError(f"{file} cannot be written, since a chart is SVG: save it as {file.with_suffix('.svg')}")
        write_atomically(file, self.svg)
        return file

    def _repr_svg_(self) -> str:
        return self.svg


def standalone_chart(drawing: Markup, title: str, names: Sequence[str]) -> StandaloneChart:
    """Puts a title and a legend above a drawing.

    Args:
        drawing: From `svg.drawing`.
        title: The title.
        names: The series, in the order of their colours.
    """
    found = _VIEW_BOX.search(drawing)
    assert found is not None
    width, height = float(found[1]), float(found[2])
    parts, y = [svg.text(0, 16, title, class_="strong")], 16 + LINE
    x = 0.0
    for place, name in enumerate(names):
        wide = 22 + LETTER * len(name) + 16
        if x and x + wide > width:
            x, y = 0.0, y + LINE
        parts += [svg.marker(x + 7, y - 4, place), svg.text(x + 20, y, name)]
        x += wide
    top = y
    colours = "".join(
        f".standalone .s{i} {{ fill: {colour}; }} .standalone .whisker.s{i} {{ stroke: {colour}; }}\n"
        for i, colour in enumerate(COLOURS)
    )
    body = svg.element("svg", Markup(_inside(drawing)), x=0.0, y=float(top), width=width, height=height)
    outer = {"width": width + 2 * MARGIN, "height": top + height + 2 * MARGIN}
    box = f"{-MARGIN} {-MARGIN} {svg.format_coordinate(outer['width'])} {svg.format_coordinate(outer['height'])}"
    background = svg.element("rect", x=float(-MARGIN), y=float(-MARGIN), **outer, fill="#fff")
    style = svg.element("style", Markup(STYLE + colours))
    image = svg.element(
        "svg", svg.element("title", title), style, background, *parts, body, xmlns="http://www.w3.org/2000/svg", viewBox=box,
        **outer, role="img", class_="standalone",
    )  # fmt: skip
    return StandaloneChart(title, str(image) + "\n")


def _inside(drawing: Markup) -> str:
    """Returns the elements of a drawing without the element around them; of its forms for wide and narrow pages, the first."""
    start = drawing.index(">", drawing.index("<svg")) + 1
    return drawing[start : drawing.index("</svg>", start)]
