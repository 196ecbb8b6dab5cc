"""Chart of answers by evidence retrieved or missed and answer right or wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from human_simulacra.charts import svg
from human_simulacra.charts.chart import Chart
from human_simulacra.charts.model_series import Series
from human_simulacra.results.loaded_run import Run

WIDE, NARROW, BAR, NAME, GAP, NEEDED = 720, 360, 26, 20, 10, 440
CELLS = (
    ("retrieved_right", "evidence found, right", "found-right"),
    ("retrieved_wrong", "evidence found, wrong", "found-wrong"),
    ("missed_right", "evidence missed, right", "missed-right"),
    ("missed_wrong", "evidence missed, wrong", "missed-wrong"),
)


def draw_retrieval_cells(runs: Sequence[tuple[Run, Mapping[str, Any]]], series: Sequence[Series]) -> list[Chart]:
    """Draws the four cells of every model that retrieves.

    Args:
        runs: Each run with its `summary/self_report.json`.
        series: The models of all runs.
    """
    entries = [
        {**entry, "label": s.label}
        for s in series
        for run, summary in runs
        if run is s.run
        for entry in summary["data"].get("cells", ())
        if entry["model"] == s.model
    ]
    if not entries:
        return []
    reading = "Story questions with evidence: was all evidence retrieved, and was the answer right? Numbers count answers."
    return [Chart("Retrieval and answer errors", reading, (draw_retrieval_bars(entries),), _legend())]


def draw_retrieval_bars(entries: Sequence[Mapping[str, Any]]) -> Markup:
    """Draws a bar per model, divided into the four cells, twice: for wide and for narrow screens.

    Args:
        entries: label, the number of answers in each of `CELLS`, and optionally `recall` in percent.
    """
    return svg.for_two_widths(_draw(entries, WIDE, NEEDED), _draw(entries, NARROW, 0))


def _draw(entries: Sequence[Mapping[str, Any]], width: int, needed: int) -> Markup:
    height = len(entries) * (NAME + BAR + GAP) + 4
    parts: list[Markup] = []
    for place, entry in enumerate(entries):
        y = NAME + place * float(NAME + BAR + GAP)
        total = sum(entry[key] for key, _, _ in CELLS)
        parts.append(svg.shortened_text(0, y - 6, entry["label"], width))
        scale = svg.LinearScale(0, total or 1, 0, width - 90)
        start = 0
        for key, name, class_ in CELLS:
            count = entry[key]
            if count:
                part = scale(start + count) - scale(start)
                tooltip = svg.element("title", f"{entry['label']}: {name}, {count} of {total}")
                box = {"x": scale(start), "y": y, "width": part, "height": float(BAR)}
                parts.append(svg.element("rect", tooltip, **box, class_=f"cell {class_}"))
                if part > 24:
                    parts.append(svg.text(scale(start) + part / 2, y + BAR / 2 + 4, count, "middle", f"on {class_}-text"))
            start += count
        recall = entry.get("recall")
        if isinstance(recall, int | float):
            parts.append(svg.text(width, y + BAR / 2 + 4, f"recall {recall:.0f} %", "end", "small"))
    words = "; ".join(f"{e['label']}: " + ", ".join(f"{name} {e[key]}" for key, name, _ in CELLS) for e in entries)
    return svg.drawing(width, height, "Evidence and answers", words, parts, needed)


def _legend() -> Markup:
    items = [
        svg.element("li", svg.element("span", class_=f"swatch {class_}", aria_hidden="true"), svg.element("span", name))
        for _, name, class_ in CELLS
    ]
    return svg.element("ul", *items, class_="legend")
