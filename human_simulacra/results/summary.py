"""Types of results: a scored row, a headline, a table, and the summary of one experiment in one run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from human_simulacra.statistics import PERCENTAGE, Comparison, Estimate

ALL = "all"
# A scored row: the dataset's columns, `prediction` and `missing`, the experiment's scores, and from the run `model`, `dataset`
# and `trace` (a dictionary as `Trace.as_dict` writes it, or None).
Row = Mapping[str, Any]


class Caution(str):
    """A note of a summary that warns: a run prints it at its end, and leaves other notes to the files."""


@dataclass(frozen=True)
class Bounds:
    """The lowest and highest value of a figure, whatever its unparseable and missing rows could have been."""

    low: float
    high: float


@dataclass(frozen=True)
class Headline:
    """One measure of one model with its estimate and unit; `character` is an id or `all`.

    `of` names the rows it is computed from (a question type, a condition), or `all`. `better` is `higher`, `lower`, or empty
    if neither is better. `caveat` says why the value is not reliable, and is shown with it; empty if it is. `bounds` is None for
    a measure that has none. `limits` are the smallest and largest value that the measure can have, which the intervals of
    differences need: 0 to 100 for the unit `%`, and unknown for others, unless they are given.

    Raises:
        ValueError: If the value is out of its limits.
    """

    model: str
    measure: str
    estimate: Estimate
    unit: str = "%"
    character: str = ALL
    of: str = ALL
    better: str = "higher"
    caveat: str = ""
    bounds: Bounds | None = None
    limits: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        value, (lowest, highest) = self.estimate.value, self.possible_range
        if value < lowest - 1e-6 or value > highest + 1e-6:
            raise ValueError(
                f"{self.measure} of {self.model} is {value:g}, out of its limits {lowest:g} to {highest:g}: set `limits`"
            )

    @property
    def possible_range(self) -> tuple[float, float]:
        """The smallest and largest possible value, infinite if unknown."""
        return self.limits or (PERCENTAGE if self.unit == "%" else (-math.inf, math.inf))


@dataclass(frozen=True)
class Table:
    """A table for readers. A `detail` table is written to files, but not printed at the end of a run."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    detail: bool = False


@dataclass(frozen=True)
class Summary:
    """The results of one experiment in one run.

    Args:
        experiment: The experiment's name.
        title: Its name for readers.
        headlines: Values for the table of methods and experiments and for forest plots.
        tables: Tables for readers, the most important first; empty ones are not shown.
        data: JSON-ready results for programs and charts.
        notes: Sentences that readers of the tables need; those that warn are a `Caution`.
        comparisons: Paired comparisons of the models, by measure.
    """

    experiment: str
    title: str
    headlines: tuple[Headline, ...]
    tables: tuple[Table, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    comparisons: Mapping[str, tuple[Comparison, ...]] = field(default_factory=dict)

    @property
    def by_character(self) -> list[Headline]:
        """The headlines of single characters over all their rows, without NaN."""
        own = [h for h in self.headlines if h.character != ALL and h.of == ALL]
        return [h for h in own if not math.isnan(h.estimate.value)]
