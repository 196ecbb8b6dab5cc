"""A finished run in Python: tables as pandas data frames, every answer, charts and the report, read from the run's folder."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from human_simulacra.charts.forest_plot import draw_forest_plot
from human_simulacra.charts.model_series import Measure, collect_measures, list_series
from human_simulacra.charts.standalone_chart import StandaloneChart, standalone_chart
from human_simulacra.errors import UserError, unknown
from human_simulacra.reporting.manifest import REPORT
from human_simulacra.reporting.report_page import export_report
from human_simulacra.reporting.verdict import describe_verdict
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.loaded_run import load_run as read_run
from human_simulacra.results.primary_comparisons import NAME as PRIMARY

if TYPE_CHECKING:
    import pandas as pd

# Columns of `table` that a notebook shows.
SHOWN = ("method", "experiment", "score", "low", "high", "above_readers", "p", "rows", "missing", "calls", "money")


@dataclass(frozen=True)
class ReportFile(os.PathLike[str]):
    """The path of a report. A notebook shows it as a link."""

    path: Path

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def _repr_html_(self) -> str:
        # Notebooks open links relative to their own folder only.
        link = html.escape(os.path.relpath(self.path).replace(os.sep, "/"))
        return f'<a href="{link}" target="_blank">{link}</a>'


class EvaluationRun:
    """A finished run. `evaluate` and `load_run` return it.

    Args:
        run: The run as it was read from its folder.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.folder = run.folder

    @cached_property
    def table(self) -> pd.DataFrame:
        """The headline figure of each model and experiment: `score` with its interval, test, usage and money.

        `above_readers` is the score above readers without the life. `p` is that of the difference from the control `against`,
        with Holm's correction over the run. Scores and their bounds are in `unit`; NaN is unknown.
        """
        from human_simulacra.evaluation_frames import score_frame

        return score_frame(self._run)

    @cached_property
    def headlines(self) -> pd.DataFrame:
        """Every measure of each model: over all rows, by type of question (`of`) and by `character`."""
        from human_simulacra.evaluation_frames import headline_frame

        return headline_frame(self._run)

    @cached_property
    def comparisons(self) -> pd.DataFrame:
        """The primary comparisons of the run, a row for each method and experiment against the control."""
        from human_simulacra.evaluation_frames import comparison_frame

        return comparison_frame(self._run)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Every answer: question, options, right answer, prediction, whether it is right, and its trace."""
        from human_simulacra.evaluation_frames import answer_frame

        return answer_frame(self._run)

    @property
    def verdict(self) -> str:
        """What the run shows, in one sentence."""
        return describe_verdict(next((found for found in self._run.summaries if found["experiment"] == PRIMARY), None))

    @property
    def problems(self) -> tuple[str, ...]:
        """What the run lacks, a sentence for each model and dataset; empty for a complete run."""
        return tuple(self._find_problems())

    def report(self) -> ReportFile:
        """Returns the HTML report, and writes it if the run has none; raises a UserError if it cannot be written."""
        path = self.folder / REPORT
        return ReportFile(path if path.is_file() else export_report([self.folder], path))

    def plot(self, experiment: str | None = None, measure: str | None = None) -> StandaloneChart:
        """Returns the forest plot of a measure by character, which a notebook shows; `.save("plot.svg")` writes it.

        Args:
            experiment: One of the run's experiments; None for the first.
            measure: One of the experiment's measures, such as `accuracy`; None for the first.

        Raises:
            UserError: If the run has no such experiment or measure, or no figure of a character.
        """
        series = list_series([self._run])
        found = _choose(collect_measures([self._run], series), experiment, measure)
        drawing = draw_forest_plot(found, series)
        if drawing is None:
            raise UserError(f"there is no figure by character of {found.title}: {found.name}, so nothing can be drawn")
        return standalone_chart(drawing, f"{found.title}: {found.name} by character", [one.label for one in series])

    def __repr__(self) -> str:
        shown = self.table[list(SHOWN)].dropna(axis="columns", how="all").to_string(index=False, float_format="%.3g")
        return "\n".join([f"{type(self).__name__}('{self.folder}'): {self.verdict}", *self.problems, "", shown])

    def _repr_html_(self) -> str:
        lines = [f"<p>{html.escape(line)}</p>" for line in (self.verdict, *self.problems)]
        table = self.table[["model", *SHOWN[1:]]].dropna(axis="columns", how="all")
        return f"{''.join(lines)}{table.to_html(index=False, float_format='%.3g', border=0)}"

    def _find_problems(self) -> Iterator[str]:
        for model, dataset in self._run.description.get("unfinished") or ():
            yield f"{model}/{dataset}: not wholly evaluated"
        for model, dataset in dict.fromkeys((row["model"], row["dataset"]) for row in self._run.rows):
            own = [row for row in self._run.rows if (row["model"], row["dataset"]) == (model, dataset)]
            if missing := sum(bool(row["missing"]) for row in own):
                yield f"{model}/{dataset}: {missing} of {len(own)} rows are missing"


def load_run(folder: str | os.PathLike[str]) -> EvaluationRun:
    """Reads a finished run, from any machine.

    Args:
        folder: The folder of the run, such as `outputs/eval/20260101_120000`.

    Raises:
        UserError: If it is no folder of a finished run, or a file is not valid.
    """
    if not isinstance(folder, str | os.PathLike):
        raise UserError(f"the folder of a run must be a path such as outputs/eval/20260101_120000, not {folder!r:.80}")
    return EvaluationRun(read_run(Path(folder)))


def _choose(measures: list[Measure], experiment: str | None, measure: str | None) -> Measure:
    names = list(dict.fromkeys(found.experiment for found in measures))
    if experiment is not None and experiment not in names:
        raise unknown("experiment of this run", experiment, names)
    own = [found for found in measures if found.experiment == (experiment or names[0])]
    if measure is not None and measure not in [found.name for found in own]:
        raise unknown(f"measure of {own[0].experiment}", measure, [found.name for found in own])
    return next(found for found in own if measure in (None, found.name))
