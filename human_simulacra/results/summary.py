"""What an experiment is: how a row's reply is marked and marked rows become figures. Pure, so that a run can be replayed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from human_simulacra.statistics import Estimate

ALL = "all"
# A row as figures are made from it: the dataset's columns, `prediction` and `missing`, the experiment's marks, and from the
# run `model`, `dataset` and `trace` (a dictionary as `Trace.as_dict` writes it, or None).
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


class Experiment(Protocol):
    """One way of testing a simulacrum. Its rows carry the column `experiment` with its name."""

    name: str

    def mark(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Marks one row: JSON-ready values that depend on the dataset's columns and the reply alone.

        Args:
            row: The dataset's columns.
            reply: What the model said; None where the row failed.
        """
        ...

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns OpenCompass's metrics of one model and dataset from marked rows, the same keys for every model."""
        ...

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Makes the figures of a run from the marked rows of all its models."""
        ...
