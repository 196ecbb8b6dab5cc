"""The report's sections: charts and tables of each experiment, and cost; a chart without data is omitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from human_simulacra.charts import svg
from human_simulacra.charts.chart import Chart
from human_simulacra.charts.forest_plot import draw_forest_plot
from human_simulacra.charts.model_series import Measure, Series
from human_simulacra.charts.scatter_plot import CostPoint, draw_scatter_plot
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.usage import Usage, model_cost, usage_by_agent


@dataclass(frozen=True)
class Section:
    """One experiment: its charts, and for each run its name and saved summary (notes and tables)."""

    name: str
    title: str
    charts: tuple[Chart, ...]
    runs: tuple[tuple[str, dict[str, Any]], ...]


def build_sections(runs: Sequence[Run], series: Sequence[Series], measures: Sequence[Measure]) -> list[Section]:
    """Returns one section per experiment, in order of appearance in the runs."""
    titles = {s["experiment"]: s["title"] for run in runs for s in run.summaries}
    result = []
    for name, title in titles.items():
        own = [(run, s) for run in runs for s in run.summaries if s["experiment"] == name]
        charts = _forest_plots([m for m in measures if m.experiment == name], series)
        if name in EXPERIMENTS:  # a run of another version may contain an unknown experiment
            charts += EXPERIMENTS[name].charts(own, series)
        result.append(Section(name, title, tuple(charts), tuple((run.name, summary) for run, summary in own)))
    return result


def _forest_plots(measures: Sequence[Measure], series: Sequence[Series]) -> list[Chart]:
    result = []
    for measure in measures:
        drawing = draw_forest_plot(measure, series)
        if drawing:
            better = f"{measure.better.capitalize()} is better. " if measure.better else ""
            reading = f"{better}Markers show estimates and lines 95 % intervals; without a line there is none."
            reading += f" Unreliable: {measure.caveats}." if measure.caveats else ""
            legend = svg.legend([s.label for s in series])
            result.append(Chart(f"{measure.name.capitalize()} by character", reading, (drawing,), legend, folded=True))
    return result


def cost_charts(series: Sequence[Series], measures: Sequence[Measure]) -> list[Chart]:
    """Returns one chart per experiment of score against cost: money if every model has a price, otherwise tokens."""
    result = []
    seen: set[str] = set()
    for measure in measures:
        overall = measure.overall()
        if not overall or measure.experiment in seen:
            continue
        seen.add(measure.experiment)
        usage = {s.index: _usage(s, measure.experiment) for s in series if s.index in overall}
        money = {s.index: _price(s, measure.experiment) for s in series if s.index in overall}
        priced = all(money.values())
        points = [
            CostPoint(s.index, s.label, money[s.index] or 0.0 if priced else usage[s.index], e["value"], e["low"], e["high"])
            for s in series
            if s.index in overall and (e := overall[s.index]["estimate"])["value"] is not None
        ]
        unit = "cost per answer" if priced else "tokens per answer, prompt and completion"
        drawing = draw_scatter_plot(points, unit, f"{measure.title}: {measure.label}", measure.unit == "%")
        if drawing:
            title = f"{measure.title}: {measure.label}"
            reading = f"Unreliable: {measure.overall_caveats}." if measure.overall_caveats else ""
            result.append(Chart(title, reading, (drawing,), svg.legend([s.label for s in series])))
    return result


def _traces(s: Series, experiment: str) -> list[Any]:
    return [row["trace"] for row in s.run.rows if row["model"] == s.model and row["experiment"] == experiment and row["trace"]]


def _usage(s: Series, experiment: str) -> float:
    traces = _traces(s, experiment)
    used = usage_by_agent(traces)["all"]
    return (used.prompt_tokens + used.completion_tokens) / len(traces) if traces else 0.0


def _price(s: Series, experiment: str) -> float | None:
    traces = _traces(s, experiment)
    agents: dict[str, Usage] = usage_by_agent(traces)
    total = model_cost(agents, (s.run.description.get("prices") or {}).get(s.model) or {})
    return total / len(traces) if traces and total is not None else None
