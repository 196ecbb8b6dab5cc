"""Charts of the report: positions of markers, labels, and omitted values."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from human_simulacra.charts import svg
from human_simulacra.charts.forest_plot import LABELS, WIDTH, draw_forest_plot
from human_simulacra.charts.method_plot import MethodFigure, draw_method_plot
from human_simulacra.charts.model_series import Measure, Series
from human_simulacra.charts.scatter_plot import CostPoint, draw_scatter_plot
from human_simulacra.experiments.conformity.error_curves import draw_error_curve
from human_simulacra.experiments.personality.radar_chart import draw_radar
from human_simulacra.experiments.self_report.retrieval_chart import draw_retrieval_bars
from tests.synthetic_run import headline


def drawn(markup: object) -> ElementTree.Element:
    """Parses a drawing, of two the one for wide screens: it must be well-formed, named and described."""
    drawing = ElementTree.fromstring(f"<div>{markup}</div>").find(".//svg")
    assert drawing is not None and drawing.get("role") == "img"
    assert drawing.findtext("title") and drawing.findtext("desc") and drawing.get("aria-label")
    return drawing


def markers(drawing: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """Returns markers by their tooltip."""
    return {node.findtext("title") or "": node for node in drawing.iter() if "mark" in (node.get("class") or "").split()}


def middle(mark: ElementTree.Element) -> tuple[float, float]:
    if mark.tag == "circle":
        return float(mark.get("cx", "nan")), float(mark.get("cy", "nan"))
    corners = [tuple(map(float, corner.split(","))) for corner in (mark.get("points") or "").split()]
    return (min(x for x, _ in corners) + max(x for x, _ in corners)) / 2, sum(y for _, y in corners) / len(corners)


def series(count: int) -> list[Series]:
    return [Series(i, None, f"m{i}", f"m{i}") for i in range(count)]  # type: ignore[arg-type]


def measure(found: list[tuple[Series, dict[str, Any]]], unit: str = "%") -> Measure:
    return Measure("self_report", "Self report", "score", unit, "higher", tuple(found))


def test_a_scale_is_linear_and_clips_at_its_ends() -> None:
    scale = svg.LinearScale(0, 100, 200, 400)
    assert [scale(value) for value in (0, 50, 100, -20, 130)] == [200, 300, 400, 200, 400]
    assert svg.LinearScale(3, 3, 0, 10)(3) == 5


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 100, [0, 20, 40, 60, 80, 100]), (-1, 1, [-1, -0.5, 0, 0.5, 1]), (0, 7, [0, 2, 4, 6])]
)
def test_ticks_are_round_numbers_within_the_range(low: float, high: float, expected: list[float]) -> None:
    assert svg.tick_values(low, high) == expected


def test_in_a_forest_plot_fifty_percent_lies_in_the_middle_and_whiskers_span_the_interval() -> None:
    one, two = series(2)
    found = [(one, headline("m0", "score", 50.0, 25.0, "%", "ada")), (two, headline("m1", "score", 100.0, 0.0, "%", "ada"))]
    drawing = drawn(draw_forest_plot(measure(found), [one, two]))
    left, right = LABELS, WIDTH - 14
    placed = {words: middle(mark) for words, mark in markers(drawing).items()}
    x, y = placed["ada, m0: 50.0 % [25.0, 75.0]"]
    assert x == pytest.approx((left + right) / 2)
    assert placed["ada, m1: 100.0 % [100.0, 100.0]"][0] == pytest.approx(right, abs=0.1)
    whisker = next(node for node in drawing.iter("line") if "s0" in (node.get("class") or ""))
    assert float(whisker.get("x1", 0)) == pytest.approx(left + (right - left) / 4)
    assert float(whisker.get("x2", 0)) == pytest.approx(left + 3 * (right - left) / 4)
    assert float(whisker.get("y1", 0)) == pytest.approx(y)


def test_a_forest_plot_of_correlations_has_zero_in_the_middle() -> None:
    (one,) = series(1)
    drawing = drawn(draw_forest_plot(measure([(one, headline("m0", "tau", 0.0, 0.1, "tau-b", "ada"))], "tau-b"), [one]))
    assert middle(markers(drawing)["ada, m0: 0.00 [-0.10, 0.10]"])[0] == pytest.approx((LABELS + WIDTH - 14) / 2)


def test_on_narrow_screens_a_forest_plot_has_names_above_estimates_that_span_its_width() -> None:
    (one,) = series(1)
    both = str(draw_forest_plot(measure([(one, headline("m0", "score", 50.0, 50.0, "%", "ada"))]), [one]))
    narrow = drawn(both[both.index('<div class="for-narrow">') :])
    name = next(node for node in narrow.iter("text") if node.text == "ada")
    whisker = next(node for node in narrow.iter("line") if "whisker" in (node.get("class") or ""))
    assert float(name.get("y", 0)) < float(whisker.get("y1", 0))
    assert (narrow.get("viewBox") or "").startswith("0 0 360 ")
    assert (float(whisker.get("x1", 0)), float(whisker.get("x2", 0))) == (14, 346)


def test_a_plot_of_methods_marks_the_control_writes_every_number_and_reaches_from_the_lowest_to_the_highest_end() -> None:
    figures = [
        MethodFigure(0, "m-macm", {"value": 40.0, "low": 20.0, "high": 60.0}, False),
        MethodFigure(1, "m-shuffled", {"value": -5.0, "low": -20.0, "high": 10.0}, True),
        MethodFigure(2, "m-none", {"value": None, "low": None, "high": None}, False),
    ]
    drawing = drawn(draw_method_plot("Score", "score (%)", "%", figures))
    words = [node.text for node in drawing.iter("text")]
    assert {"m-macm", "m-shuffled (control)", "40.0 [20.0, 60.0]", "\u22125.0 [\u221220.0, 10.0]"} <= set(
        words
    ) and "m-none" not in words
    ends = [
        float(node.get(key, 0)) for node in drawing.iter("line") if "whisker" in (node.get("class") or "") for key in ("x1", "x2")
    ]
    assert min(ends) > 270 and max(ends) < 700 and max(ends) - min(ends) > 350
    assert draw_method_plot("Score", "score (%)", "%", figures[2:]) is None


def test_an_estimate_without_interval_has_no_whisker_and_without_value_no_marker() -> None:
    one, two = series(2)
    alone = headline("m0", "score", 40.0, 0.0, "%", "ada")
    alone["estimate"] |= {"low": None, "high": None}
    none = headline("m1", "score", 0.0, 0.0, "%", "ada")
    none["estimate"] |= {"value": None, "low": None, "high": None}
    drawing = drawn(draw_forest_plot(measure([(one, alone), (two, none)]), [one, two]))
    assert list(markers(drawing)) == ["ada, m0: 40.0 %"]
    assert not [node for node in drawing.iter("line") if "whisker" in (node.get("class") or "")]


def test_there_is_no_forest_plot_without_figures_by_character() -> None:
    (one,) = series(1)
    assert draw_forest_plot(measure([(one, headline("m0", "score", 40.0, 5.0, "%"))]), [one]) is None


def test_series_differ_in_shape_and_not_in_colour_alone() -> None:
    shapes = {re.sub(r'class="[^"]*"', "", str(svg.marker(0, 0, i))) for i in range(6)}
    assert len(shapes) == 6


def corners(drawing: ElementTree.Element, class_: str) -> list[tuple[float, float]]:
    node = next(n for n in drawing.iter("path") if class_ in (n.get("class") or "").split())
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", node.get("d") or "")]


def test_a_radar_draws_the_same_order_of_strengths_as_the_same_shape() -> None:
    entry = {
        "model": "m0",
        "character": "ada",
        "functions": ["Ne", "Ni", "Se", "Si"],
        "assigned": [4, 1, -1, -4],
        "measured": [40, 10, -10, -40],
    }
    drawing = drawn(draw_radar(entry, 0, 1.0))
    assert corners(drawing, "assigned") == corners(drawing, "measured")
    distances = [(x - 110) ** 2 + (y - 110) ** 2 for x, y in corners(drawing, "measured")]
    assert distances == sorted(distances, reverse=True)
    assert "Ne: assigned 4, measured 40" in markers(drawing)
    other = drawn(draw_radar({**entry, "measured": [-40, -10, 10, 40]}, 0))
    assert corners(other, "assigned") != corners(other, "measured")


def test_conformity_curves_show_rates_critical_trials_and_the_human_rate() -> None:
    trials = [
        {"trial": 1, "critical": False, "error": 0.0},
        {"trial": 2, "critical": True, "error": 100.0},
        {"trial": 3, "critical": True, "error": 50.0},
    ]
    calm = [{**trial, "error": 0.0} for trial in trials]
    drawing = drawn(draw_error_curve("m0", [({"condition": "pressure", "trials": trials}, 0), ({"condition": "control", "trials": calm}, 1)],
                          {"rate": 50, "low": 40, "high": 60, "n": 210}))  # fmt: skip
    placed = {words: middle(mark)[1] for words, mark in markers(drawing).items()}
    line = next(node for node in drawing.iter("line") if node.get("class") == "human-line")
    assert float(line.get("y1", 0)) == pytest.approx(placed["pressure, trial 3 (critical): 50 % wrong"])
    assert placed["pressure, trial 2 (critical): 100 % wrong"] < placed["pressure, trial 3 (critical): 50 % wrong"]
    assert len([node for node in drawing.iter("rect") if node.get("class") == "critical"]) == 2
    assert "pressure: 75 % wrong on critical, 0 % on neutral trials" in (drawing.findtext("desc") or "")
    assert not [
        n
        for n in drawn(draw_error_curve("m0", [({"condition": "pressure", "trials": trials}, 0)], None)).iter()
        if n.get("class") == "human-line"
    ]


def test_the_four_cells_have_widths_in_proportion_and_their_numbers_written_in_them() -> None:
    entry = {
        "label": "m0",
        "retrieved_right": 30,
        "retrieved_wrong": 10,
        "missed_right": 0,
        "missed_wrong": 20,
        "recall": 200 / 3,
    }
    drawing = drawn(draw_retrieval_bars([entry]))
    widths = [float(node.get("width", 0)) for node in drawing.iter("rect")]
    assert len(widths) == 3
    assert widths[0] == pytest.approx(3 * widths[1], rel=1e-3) and widths[2] == pytest.approx(2 * widths[1], rel=1e-3)
    assert {"30", "10", "20", "recall 67 %"} <= {node.text for node in drawing.iter("text")}


def test_cost_grows_to_the_right_on_a_scale_that_fits_its_span() -> None:
    points = [CostPoint(0, "none", 100, 20.0), CostPoint(1, "prompt", 1000, 50.0, 40.0, 60.0), CostPoint(2, "macm", 10000, 70.0)]
    drawing = drawn(draw_scatter_plot(points, "tokens", "score (%)", True))
    xs = [middle(mark)[0] for mark in markers(drawing).values()]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.1)  # ten times each: equal steps
    assert any("logarithmic" in (node.text or "") for node in drawing.iter("text"))
    assert draw_scatter_plot(points[:1], "tokens", "score", True) is None


def test_a_share_below_zero_is_drawn_below_zero() -> None:
    points = [CostPoint(0, "none", 100, 20.0), CostPoint(1, "contrary", 1000, -40.0, -60.0, -20.0)]
    drawing = drawn(draw_scatter_plot(points, "tokens", "conformity (%)", True))
    ys = [middle(mark)[1] for mark in markers(drawing).values()]
    ticks = {node.text: float(node.get("y", 0)) - 4 for node in drawing.iter("text")}
    # 60 points, and 50 from tick to tick.
    assert ys[1] - ys[0] == pytest.approx(1.2 * (ticks["0"] - ticks["50"]), rel=1e-2)


def test_text_in_a_drawing_is_escaped() -> None:
    entry = {"label": "<script>x</script>", "retrieved_right": 1, "retrieved_wrong": 0, "missed_right": 0, "missed_wrong": 0}
    assert "<script" not in str(draw_retrieval_bars([entry])) and "&lt;script&gt;" in str(draw_retrieval_bars([entry]))
