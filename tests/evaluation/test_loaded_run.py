"""A finished run of several experiments, read with `load_run`: tables, charts and what is refused."""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree

import pytest

from human_simulacra import EvaluationRun, UserError, load_run
from tests.synthetic_run import CHARACTERS, METHODS, write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> EvaluationRun:
    return load_run(write_run(tmp_path_factory.mktemp("runs") / "20260101_120000", price={"input": 1.0, "output": 2.0}))


def test_the_table_has_a_row_for_each_model_and_experiment(run: EvaluationRun) -> None:
    table = run.table
    assert not table.duplicated(["model", "experiment"]).any()
    assert set(table["experiment"]) == {"self_report", "personality", "conformity", "observer"}
    own = table[table["experiment"] == "self_report"].set_index("method")
    assert list(own.index) == list(METHODS) and (own["unit"] == "%").all() and (own["money"] > 0).all()
    assert own.loc["macm", "score"] > own.loc["none", "score"] and own.loc["macm", "p"] < 0.05
    assert math.isnan(own.loc["shuffled", "p"]) and own.loc["macm", "against"].endswith("-shuffled")
    by_character = run.headlines.query("experiment == 'self_report' and measure == 'score' and of == 'all'")
    assert set(by_character["character"]) == {"all", *CHARACTERS}


def test_a_chart_is_one_svg_that_needs_nothing_else(run: EvaluationRun, tmp_path: Path) -> None:
    path = run.plot().save(tmp_path / "plot.svg")
    tree = ElementTree.parse(path).getroot()
    shown = {"".join(element.itertext()) for element in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Self report: score by character", "all characters", *(f"some-model-7b-instruct-{name}" for name in METHODS)} <= shown
    text = path.read_text()
    assert "var(" not in text and "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "tau" in run.plot("personality")._repr_svg_()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("personalty",), "did you mean 'personality'"),
        (("self_report", "scores"), "did you mean 'score'"),
    ],
)
def test_an_unknown_chart_is_named(run: EvaluationRun, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(UserError, match=words):
        run.plot(*arguments)


def test_a_chart_is_saved_under_a_name_that_says_what_it_is(run: EvaluationRun, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"plot\.png cannot be written, since a chart is SVG: save it as .*plot\.svg"):
        run.plot().save(tmp_path / "plot.png")
    assert not [*tmp_path.iterdir()]


def test_what_is_no_finished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="must be a path such as .*, not 3"):
        load_run(3)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="is not a run's folder"):
        load_run(tmp_path)
    with pytest.raises(UserError, match="is not a folder"):
        load_run(tmp_path / "gone")
