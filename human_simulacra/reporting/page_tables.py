"""Tables of the report: numbers aligned by their parts, the main figure of each row, and which tables are folded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from human_simulacra.results.tables import EFFECT_HEAD

_NUMBER = re.compile(r"(< ?)?[~+\-\u2212]?\d[\d.,]*( ?\[.*| \+ [\d,]+| %)?$")
_INTERVAL = re.compile(r"(\S+) (\[[^\s,]+,) ([^\s,]+\])$")
_NARROWER = (0.0, 1.0, 0.5)  # digits that each part of an interval is narrower, for its brackets and comma
_EMPTY = (None, "", "-")


@dataclass(frozen=True)
class Column:
    """A column: its name, whether its cells are numbers, and its role in a row that a narrow screen shows as a block.

    The role is `label` for words before the main figure, `main` for the main figure, and empty for the rest.
    """

    name: str
    numeric: bool
    role: str

    @property
    def classes(self) -> str:
        """The classes of its cells in the style sheet."""
        return " ".join(filter(None, ("num" if self.numeric else "", self.role)))


@dataclass(frozen=True)
class PageTable:
    """A table as the template shows it.

    Args:
        title: The heading.
        columns: The columns.
        rows: The cells as HTML.
        widths: The width in digits of the three parts of `-2.7 [-20.8, 32.4]`, the same in all columns, so that they align.
        folded: Whether it is collapsed until the reader opens it.
        exploratory: Whether it compares pairs of models with uncorrected p values.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Markup, ...], ...]
    widths: tuple[float, float, float]
    folded: bool
    exploratory: bool


def page_table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]], detail: bool = False) -> PageTable:
    """Returns a table as the template shows it; see `results.summary.Table` for the arguments."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    numeric = [_is_numeric([row[place] for row in cells]) for place in range(len(head))]
    parts = [found.groups() for row in cells for cell in row if (found := _INTERVAL.match(cell))]
    value, low, high = (max((len(part[i]) - less for part in parts), default=0.0) for i, less in enumerate(_NARROWER))
    split = [numeric[place] and any(_INTERVAL.match(row[place]) for row in cells) for place in range(len(head))]
    drawn = tuple(
        tuple(_align(cell) if aligned else escape(cell) for cell, aligned in zip(row, split, strict=True)) for row in cells
    )
    exploratory = "against" in head and EFFECT_HEAD[0] in head
    return PageTable(title, _columns(head, numeric, split), drawn, (value, low, high), detail or exploratory, exploratory)


def summary_tables(summary: Mapping[str, Any]) -> list[PageTable]:
    """Returns the tables of a saved summary that have rows."""
    return [page_table(t["title"], t["head"], t["rows"], t["detail"]) for t in summary["tables"] if t["rows"]]


def _columns(head: Sequence[str], numeric: Sequence[bool], split: Sequence[bool]) -> tuple[Column, ...]:
    candidates = [place for place, found in enumerate(split) if found] or [place for place, found in enumerate(numeric) if found]
    main = next((place for place in candidates if place), len(head))
    roles = ["main" if place == main else "label" if place < main and not numeric[place] else "" for place in range(len(head))]
    return tuple(Column(*found) for found in zip(head, numeric, roles, strict=True))


def _is_numeric(column: Sequence[str]) -> bool:
    filled = [cell for cell in column if cell not in _EMPTY]
    return bool(filled) and all(_NUMBER.match(cell) for cell in filled)


def _align(cell: str) -> Markup:
    found = _INTERVAL.match(cell)
    parts = found.groups() if found else (cell, "", "")
    return Markup(" ").join(Markup("<i>{}</i>").format(part) for part in parts)
