"""Charts of errors by trial under pressure and in the control, with the human baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from human_simulacra.charts import svg
from human_simulacra.charts.chart import Chart
from human_simulacra.charts.model_series import Series
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.summary import ALL

WIDTH, HEIGHT = 340, 218
LEFT, RIGHT, TOP, BOTTOM = 46, 330, 10, 178


def draw_error_curves(runs: Sequence[tuple[Run, Mapping[str, Any]]], series: Sequence[Series]) -> list[Chart]:
    """Draws the error rate by trial of every model, one drawing per model, with the human baseline as a line.

    Args:
        runs: Each run with its `summary/conformity.json`.
        series: The models of all runs.
    """
    drawings: list[Markup] = []
    conditions: list[str] = []
    human: Mapping[str, Any] | None = None
    for run, summary in runs:
        curves = [c for c in summary["data"].get("curves", ()) if c["character"] == ALL and c["trials"]]
        if len({c.get("variant") for c in curves}) > 1:
            curves = [{**c, "condition": f"{c['variant']}, {c['condition']}"} for c in curves]
        conditions = list(dict.fromkeys([*conditions, *(c["condition"] for c in curves)]))
        human = summary["data"].get("human") or human
        for s in series:
            mine = [(c, conditions.index(c["condition"])) for c in curves if c["model"] == s.model]
            if run is s.run and mine:
                drawings.append(draw_error_curve(s.label, mine, human))
    if not drawings:
        return []
    reading = "Percentage of wrong answers on each trial. Shaded trials are critical: the majority is wrong. "
    if human:
        known = human.get("low") is not None and human.get("high") is not None
        interval = f" [{human['low']:.0f}, {human['high']:.0f}]" if known else ""
        reading += f"The dashed line is the human rate on critical trials, {human['rate']:g} %{interval}, N = {human.get('n')}."
    return [Chart("Errors by trial", reading, tuple(drawings), svg.legend(conditions), grid=True)]


def draw_error_curve(model: str, lines: Sequence[tuple[Mapping[str, Any], int]], human: Mapping[str, Any] | None) -> Markup:
    """Draws one model's error rate by trial, with a line per condition.

    Args:
        model: The model's name.
        lines: (curve, index of its condition in the legend). A curve has `condition` and `trials` with trial, critical and
            error (wrong answers in percent; None if unparseable).
        human: The human rate in percent with low and high; None to omit it.
    """
    conditions = [entry for entry, _ in lines]
    numbers = [trial["trial"] for entry in conditions for trial in entry["trials"]]
    across, up = svg.LinearScale(min(numbers), max(numbers), LEFT + 6, RIGHT - 6), svg.LinearScale(0, 100, BOTTOM, TOP)
    step = (across.end - across.start) / max(1, max(numbers) - min(numbers))
    critical = sorted({t["trial"] for entry in conditions for t in entry["trials"] if t["critical"]})
    parts = [
        svg.element("rect", x=across(n) - step / 2, y=float(TOP), width=step, height=float(BOTTOM - TOP), class_="critical")
        for n in critical
    ]
    for tick in (0, 25, 50, 75, 100):
        parts.append(svg.line(LEFT, up(tick), RIGHT, up(tick), "grid"))
        parts.append(svg.text(LEFT - 6, up(tick) + 4, f"{tick} %", "end", "small"))
    if human and human.get("rate") is not None:
        if human.get("low") is not None and human.get("high") is not None:
            height = up(human["low"]) - up(human["high"])
            parts.append(
                svg.element("rect", x=float(LEFT), y=up(human["high"]), width=float(RIGHT - LEFT), height=height, class_="human")
            )
        parts.append(svg.line(LEFT, up(human["rate"]), RIGHT, up(human["rate"]), "human-line"))
    for entry, place in lines:
        known = [t for t in entry["trials"] if t["error"] is not None]
        points = [(across(t["trial"]), up(t["error"])) for t in known]
        if points:
            parts.append(svg.polyline(points, f"curve s{place % svg.COLOURS}"))
        for (x, y), t in zip(points, known, strict=True):
            kind = "critical" if t["critical"] else "neutral"
            tooltip = f"{entry['condition']}, trial {t['trial']} ({kind}): {t['error']:.0f} % wrong"
            parts.append(svg.marker(x, y, place, 3.2, tooltip))
    for number in range(min(numbers), max(numbers) + 1):
        if number == min(numbers) or number % 3 == 0:
            parts.append(svg.text(across(number), BOTTOM + 16, number, "middle", "small"))
    parts.append(svg.text((LEFT + RIGHT) / 2, BOTTOM + 33, "trial", "middle", "small"))
    words = "; ".join(
        f"{e['condition']}: {_mean(e, True):.0f} % wrong on critical, {_mean(e, False):.0f} % on neutral trials"
        for e in conditions
    )
    return svg.with_caption(svg.drawing(WIDTH, HEIGHT, f"Errors by trial, {model}", words, parts), model)


def _mean(entry: Mapping[str, Any], critical: bool) -> float:
    values = [t["error"] for t in entry["trials"] if bool(t["critical"]) == critical and t["error"] is not None]
    return sum(values) / len(values) if values else 0.0
