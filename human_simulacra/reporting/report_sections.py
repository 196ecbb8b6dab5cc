"""The charts and tables of each experiment, and what runs cost; a chart whose figures are not there is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from human_simulacra.charts import svg
from human_simulacra.charts.forest_plot import forest
from human_simulacra.charts.model_series import Measure, Series
from human_simulacra.charts.scatter_plot import Point, scatter
from human_simulacra.experiments.conformity.error_curves import curve
from human_simulacra.experiments.personality.radar_chart import radar
from human_simulacra.experiments.self_report.retrieval_chart import cell_legend, cells
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.summary import ALL
from human_simulacra.results.usage import Usage, cost, usage_by_agent

_RADAR = (
    "The grey area is the personality that was assigned, the line the one that the answers show; each from its weakest function "
    "(inner ring) to its strongest (outer ring)."
)


@dataclass(frozen=True)
class Chart:
    """Drawings under one heading, with their key, a sentence on how to read them, and whether they stand in a grid."""

    title: str
    reading: str
    drawings: tuple[Markup, ...]
    legend: Markup = field(default_factory=Markup)
    grid: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Section:
    """One experiment: charts, notes and tables, the latter two by run."""

    name: str
    title: str
    charts: tuple[Chart, ...]
    runs: tuple[tuple[str, dict[str, Any]], ...]


def sections(runs: Sequence[Run], series: Sequence[Series], measures: Sequence[Measure]) -> list[Section]:
    """Returns a section for each experiment of any run, in order of appearance."""
    titles = {s["experiment"]: s["title"] for run in runs for s in run.summaries}
    result = []
    for name, title in titles.items():
        own = [(run, s) for run in runs for s in run.summaries if s["experiment"] == name]
        charts = [
            *_forests([m for m in measures if m.experiment == name], series),
            *_radars(own, series),
            *_curves(own, series),
            *_cells(own, series),
        ]
        result.append(Section(name, title, tuple(charts), tuple((run.name, summary) for run, summary in own)))
    return result


def _forests(measures: Sequence[Measure], series: Sequence[Series]) -> list[Chart]:
    result = []
    for measure in measures:
        drawing = forest(measure, series)
        if drawing:
            better = f"{measure.better.capitalize()} is better. " if measure.better else ""
            reading = f"{better}A mark is the figure, the line its 95 % interval; without a line it has none, or one of no width."
            reading += f" Not to be relied on ({measure.caveats})." if measure.caveats else ""
            legend = svg.legend([s.label for s in series])
            result.append(Chart(f"{measure.name.capitalize()} by character", reading, (drawing,), legend))
    return result


def _radars(own: Sequence[tuple[Run, dict[str, Any]]], series: Sequence[Series]) -> list[Chart]:
    result: list[Chart] = []
    for s in series:
        for run, summary in own:
            if run is s.run:
                taus = {(t["model"], t["character"]): t["tau"] for t in summary["data"].get("tau", ())}
                drawings = tuple(
                    radar(entry, s.index, taus.get((s.model, entry["character"])))
                    for entry in summary["data"].get("radar", ())
                    if entry["model"] == s.model and entry["character"] != ALL
                )
                if drawings:
                    title = f"Assigned and measured personality: {s.label}"
                    result.append(Chart(title, "" if result else _RADAR, drawings, grid=True, folded=bool(result)))
    return result


def _curves(own: Sequence[tuple[Run, dict[str, Any]]], series: Sequence[Series]) -> list[Chart]:
    drawings: list[Markup] = []
    conditions: list[str] = []
    human: dict[str, Any] | None = None
    for run, summary in own:
        curves = [c for c in summary["data"].get("curves", ()) if c["character"] == ALL and c["trials"]]
        if len({c.get("variant") for c in curves}) > 1:
            curves = [{**c, "condition": f"{c['variant']}, {c['condition']}"} for c in curves]
        conditions = list(dict.fromkeys([*conditions, *(c["condition"] for c in curves)]))
        human = summary["data"].get("human") or human
        for s in series:
            mine = [(c, conditions.index(c["condition"])) for c in curves if c["model"] == s.model]
            if run is s.run and mine:
                drawings.append(curve(s.label, mine, human))
    if not drawings:
        return []
    reading = "Share of wrong answers on each trial. Shaded trials are critical: there the others are wrong. "
    if human:
        interval = (
            f" [{human['low']:.0f}, {human['high']:.0f}]"
            if human.get("low") is not None and human.get("high") is not None
            else ""
        )
        reading += f"The dashed line is people's rate on critical trials, {human['rate']:g} %{interval}, N = {human.get('n')}."
    return [Chart("Errors over the trials", reading, tuple(drawings), svg.legend(conditions), grid=True)]


def _cells(own: Sequence[tuple[Run, dict[str, Any]]], series: Sequence[Series]) -> list[Chart]:
    entries = [
        {**entry, "label": s.label}
        for s in series
        for run, summary in own
        if run is s.run
        for entry in summary["data"].get("cells", ())
        if entry["model"] == s.model
    ]
    if not entries:
        return []
    reading = (
        "Story questions with evidence: was a memory with the evidence in mind, and was the answer right? Numbers are answers."
    )
    return [Chart("Where it goes wrong", reading, (cells(entries),), cell_legend())]


def costs(series: Sequence[Series], measures: Sequence[Measure]) -> list[Chart]:
    """Returns cost against score, a chart an experiment: money where every model has a price, else tokens."""
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
            Point(s.index, s.label, money[s.index] or 0.0 if priced else usage[s.index], e["value"], e["low"], e["high"])
            for s in series
            if s.index in overall and (e := overall[s.index]["estimate"])["value"] is not None
        ]
        unit = "money an answer" if priced else "tokens an answer, read and written"
        drawing = scatter(points, unit, f"{measure.title}: {measure.label}", measure.unit == "%")
        if drawing:
            title = f"{measure.title}: {measure.label}"
            reading = f"Not to be relied on ({measure.caveats})." if measure.caveats else ""
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
    total = cost(agents, (s.run.manifest.get("prices") or {}).get(s.model) or {})
    return total / len(traces) if traces and total is not None else None
