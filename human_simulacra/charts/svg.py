"""SVG elements: escaped tags, linear scales, and markers that differ in shape as well as in colour."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

COLOURS = 8  # the style sheet's classes .s0 to .s7, which colour-blind readers can tell apart, also in grey


def element(name: str, *children: object, **attributes: object) -> Markup:
    """Returns an element with escaped text; `class_` becomes class, `text_anchor` text-anchor, and None is omitted."""
    pairs = [(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None]
    head = "".join(f' {key}="{escape(format_coordinate(value) if isinstance(value, float) else value)}"' for key, value in pairs)
    return Markup(f"<{name}{head}>{''.join(escape(child) for child in children)}</{name}>")


def format_coordinate(value: float) -> str:
    """Renders a coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def drawing(width: float, height: float, title: str, text: str, children: Iterable[object], least: int = 0) -> Markup:
    """Returns a drawing with a title and a description for screen readers.

    Args:
        width: Width of the coordinates; also the natural width in pixels.
        height: Height of the coordinates.
        title: Title of the drawing.
        text: Description of what it shows.
        children: Elements.
        least: Minimum legible width in pixels; a narrower box scrolls.
    """
    wide, high = format_coordinate(width), format_coordinate(height)
    return element(
        "svg", element("title", title), element("desc", text), *children, viewBox=f"0 0 {wide} {high}", role="img",
        class_="chart", aria_label=f"{title}. {text}", style=f"max-width:{wide}px;min-width:{least}px",
    )  # fmt: skip


@dataclass(frozen=True)
class LinearScale:
    """A linear scale from values to coordinates."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Returns the coordinate of a value, clipped to the ends of the scale."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def tick_values(low: float, high: float, about: int = 5) -> list[float]:
    """Returns about `about` round numbers from low to high."""
    if high <= low:
        return [low]
    rough = (high - low) / about
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(magnitude * factor for factor in (1, 2, 2.5, 5, 10) if magnitude * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 10) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def format_tick(value: float) -> str:
    """Renders a number without exponent or trailing zeros; thousands as k, millions as M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}".replace("-", "\u2212")


def text(x: float, y: float, words: object, anchor: str = "start", class_: str | None = None) -> Markup:
    """Returns a line of text."""
    return element("text", words, x=float(x), y=float(y), text_anchor=None if anchor == "start" else anchor, class_=class_)


def shortened_text(x: float, y: float, words: str, room: float, class_: str | None = None) -> Markup:
    """Returns a line of text, shortened in the middle if it exceeds `room`; a tooltip shows the whole text."""
    most = max(4, int(room / 7.2))
    if len(words) <= most:
        return text(x, y, words, class_=class_)
    half = (most - 1) // 2
    return element("text", element("title", words), f"{words[:half]}\u2026{words[-half:]}", x=float(x), y=float(y), class_=class_)


def for_two_widths(wide: Markup, narrow: Markup) -> Markup:
    """Returns two drawings of the same figures, of which the style sheet shows the one that is legible on the screen."""
    return element("div", wide, class_="for-wide") + element("div", narrow, class_="for-narrow")


def with_caption(drawing: Markup, caption: str) -> Markup:
    """Returns a drawing under a caption; unlike text in the drawing, a caption wraps."""
    return element("figure", element("figcaption", caption), drawing)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Returns a straight line."""
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=class_)


def polyline(points: Iterable[tuple[float, float]], class_: str, closed: bool = False) -> Markup:
    """Returns a line through points."""
    steps = " L".join(f"{format_coordinate(x)} {format_coordinate(y)}" for x, y in points)
    return element("path", d=f"M{steps}{' Z' if closed else ''}", class_=class_)


def marker(x: float, y: float, series: int, size: float = 4.5, title: str | None = None) -> Markup:
    """Returns the marker of a series, distinct in colour and shape; `title` is its tooltip."""
    shapes: list[list[tuple[float, float]]] = [
        [],
        [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)],
        [(0, -1.2), (1.2, 0.9), (-1.2, 0.9)],
        [(0, 1.2), (1.2, -0.9), (-1.2, -0.9)],
        [(-1.2, -0.4), (-0.4, -0.4), (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
         (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4)],
    ]  # fmt: skip
    shape = shapes[series % len(shapes)]
    tooltip = [element("title", title)] if title else []
    class_ = f"mark s{series % COLOURS}"
    if not shape:
        return element("circle", *tooltip, cx=float(x), cy=float(y), r=float(size), class_=class_)
    corners = " ".join(f"{format_coordinate(x + size * dx)},{format_coordinate(y + size * dy)}" for dx, dy in shape)
    return element("polygon", *tooltip, points=corners, class_=class_)


def legend(names: Iterable[str]) -> Markup:
    """Returns the key to several series as a list; unlike a drawing, it wraps."""
    items = []
    for series, name in enumerate(names):
        key = element("svg", marker(7, 7, series), viewBox="0 0 14 14", aria_hidden="true", class_="key")
        items.append(element("li", key, element("span", name)))
    return element("ul", *items, class_="legend")
