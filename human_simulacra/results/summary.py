"""The nouns of results: a scored row, a headline figure, a table, and the summary of one experiment in one run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from human_simulacra.statistics import Estimate

ALL = "all"
# A scored row: the dataset's columns, `prediction` and `missing`, the experiment's scores, and from the run `model`, `dataset`
# and `trace` (a dictionary as `Trace.as_dict` writes it, or None).
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Headline:
    """One figure of one model: the measure's name, its estimate and unit; `character` is `all` or an id.

    `of` names the part of the rows that it is made from (a question type, a condition), or `all`.
    `better` says which way is good: `higher`, `lower`, or empty where neither is. `caveat` says why a figure must not be relied
    on, and is shown wherever the figure is; empty where nothing speaks against it.
    """

    model: str
    measure: str
    estimate: Estimate
    unit: str = "%"
    character: str = ALL
    of: str = ALL
    better: str = "higher"
    caveat: str = ""


@dataclass(frozen=True)
class Table:
    """A table as people read it. `detail` tables are written, but not printed at the end of a run."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    detail: bool = False


@dataclass(frozen=True)
class Summary:
    """The figures of one experiment in one run.

    Args:
        experiment: The experiment's name.
        title: Its name for people.
        headlines: What goes into the table of methods and experiments, and into forest plots.
        tables: Tables for people, the most important first; empty ones are left out.
        data: JSON-ready figures for programs and charts.
        notes: Sentences that a reader of the tables must know.
    """

    experiment: str
    title: str
    headlines: tuple[Headline, ...]
    tables: tuple[Table, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def by_character(self) -> list[Headline]:
        """The headlines of single characters over all their rows, those without a value left out."""
        own = [h for h in self.headlines if h.character != ALL and h.of == ALL]
        return [h for h in own if not math.isnan(h.estimate.value)]
