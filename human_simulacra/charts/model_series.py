"""Data of charts: a series is one model of one run, with one colour and marker in all charts; a measure has all series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from human_simulacra.results.loaded_run import Run
from human_simulacra.results.summary import ALL


@dataclass(frozen=True)
class Series:
    """A model of a run; `label` includes the run if there are several."""

    index: int
    run: Run
    model: str
    label: str


@dataclass(frozen=True)
class Measure:
    """One measure of one experiment and its headlines: (series, headline as in `summary/*.json`)."""

    experiment: str
    title: str
    name: str
    unit: str
    better: str
    headlines: tuple[tuple[Series, dict[str, Any]], ...]

    @property
    def label(self) -> str:
        """The measure's name with its unit."""
        return f"{self.name}{f' ({self.unit})' if self.unit else ''}"

    @property
    def caveats(self) -> str:
        """The caveats of all headlines, each with its models; empty if there are none."""
        return _join_caveats(self.headlines)

    @property
    def overall_caveats(self) -> str:
        """The caveats of the headlines over all characters and rows, each with its models; empty if there are none."""
        return _join_caveats([(s, h) for s, h in self.headlines if h["character"] == ALL and h["of"] == ALL])

    def overall(self) -> dict[int, dict[str, Any]]:
        """Returns headlines over all characters and rows, by series index."""
        return {s.index: h for s, h in self.headlines if h["character"] == ALL and h["of"] == ALL}

    def by_character(self) -> dict[str, dict[int, dict[str, Any]]]:
        """Returns headlines over all rows, by character and series index."""
        result: dict[str, dict[int, dict[str, Any]]] = {}
        for series, headline in self.headlines:
            if headline["character"] != ALL and headline["of"] == ALL:
                result.setdefault(headline["character"], {})[series.index] = headline
        return result


def _join_caveats(headlines: Sequence[tuple[Series, dict[str, Any]]]) -> str:
    found: dict[str, dict[str, None]] = {}
    for series, headline in headlines:
        if headline.get("caveat"):
            found.setdefault(headline["caveat"], {})[series.label] = None
    return "; ".join(f"{caveat}: {', '.join(labels)}" for caveat, labels in found.items())


def list_series(runs: Sequence[Run]) -> list[Series]:
    """Returns a series for each model of each run, in the order of their rows."""
    result: list[Series] = []
    for run in runs:
        for model in dict.fromkeys(str(row["model"]) for row in run.rows):
            label = f"{run.name} · {model}" if len(runs) > 1 else model
            result.append(Series(len(result), run, model, label))
    return result


def collect_measures(runs: Sequence[Run], series: Sequence[Series]) -> list[Measure]:
    """Collects every measure of every experiment over all runs, in order of appearance."""
    of = {(id(s.run), s.model): s for s in series}
    found: dict[tuple[str, str, str], tuple[str, str, list[tuple[Series, dict[str, Any]]]]] = {}
    for run in runs:
        for summary in run.summaries:
            for h in summary["headlines"]:
                if (id(run), h["model"]) in of:
                    key = (summary["experiment"], h["measure"], h["unit"])
                    entry = found.setdefault(key, (summary["title"], h.get("better", "higher"), []))
                    entry[2].append((of[id(run), h["model"]], h))
    return [
        Measure(experiment, title, name, unit, better, tuple(headlines))
        for (experiment, name, unit), (title, better, headlines) in found.items()
    ]
