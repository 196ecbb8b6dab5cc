"""The chart at the top of a report: one figure of every method, the control marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from human_simulacra.charts.chart import Chart
from human_simulacra.charts.method_plot import MethodFigure, draw_method_plot
from human_simulacra.charts.model_series import Measure, Series
from human_simulacra.experiments.self_report.above_blind import ABOVE_READERS
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.primary_comparisons import NAME as PRIMARY

ABOVE_BLIND = "score above readers without the life"
_READING = "0: what readers reach who see only question and options. 100: everything right."


def opening_chart(series: Sequence[Series], measures: Sequence[Measure]) -> Chart | None:
    """Returns the chart: scores above readers without the life, or else the first measure of the primary comparisons.

    Args:
        series: The models of all runs.
        measures: The measures of all runs, in order of appearance.

    Returns:
        The chart; None if no measure has a figure over all characters.
    """
    for measure in measures:
        if measure.name == ABOVE_READERS and measure.overall():
            return _chart(f"{measure.title}: {ABOVE_BLIND}", _READING, series, measure)
    primary = [key for s in series for key in _primary_measures(s.run)]
    with_figure = [measure for measure in measures if measure.overall()]
    for measure in sorted(with_figure, key=lambda one: (one.experiment, one.name) not in primary):
        better = f"{measure.better.capitalize()} is better." if measure.better else ""
        chart = _chart(f"{measure.title}: {measure.name}", better, series, measure)
        if chart:
            return chart
    return None


def _chart(title: str, reading: str, series: Sequence[Series], measure: Measure) -> Chart | None:
    unit, found = measure.unit, {index: headline["estimate"] for index, headline in measure.overall().items()}
    controls = {s.index for s in series if s.model in {one["second"] for one in _comparisons(s.run)}}
    figures = [MethodFigure(s.index, s.label, found[s.index], s.index in controls) for s in series if s.index in found]
    drawing = draw_method_plot(title, title.partition(": ")[2] + (f" ({unit})" if unit else ""), unit, figures)
    if drawing is None:
        return None
    sentences = [reading, "Lines are 95 % intervals." if any(f.estimate["low"] is not None for f in figures) else ""]
    sentences.append(f"Unreliable: {measure.overall_caveats}." if measure.overall_caveats else "")
    return Chart(title, " ".join(filter(None, sentences)), (drawing,))


def _comparisons(run: Run) -> Iterable[Mapping[str, Any]]:
    primary = next((summary for summary in run.summaries if summary["experiment"] == PRIMARY), {})
    return primary.get("data", {}).get("comparisons", ())


def _primary_measures(run: Run) -> list[tuple[str, str]]:
    return [(one["experiment"], one["measure"]) for one in _comparisons(run)]
