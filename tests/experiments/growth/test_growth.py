"""Growth end to end: the same question at three ages, accuracy, leak of later knowledge, and changes between ages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.experiments.growth.rows import growth_rows
from human_simulacra.experiments.registry import find_experiment
from human_simulacra.library import Library
from tests.experiments.made_moments import add_attitudes
from tests.experiments.moment_run import run_experiment
from tests.observer_run import text_of

# What a model says of the two questions at each age: as the life, as of the last age always, or one thing for ever.
TRUE = {
    ("1", 9): "A wall",
    ("1", 18): "A road",
    ("1", 30): "A debt",
    ("2", 9): "A friend",
    ("2", 18): "A friend",
    ("2", 30): "A road",
}
LAST = {key: TRUE[key[0], 30] for key in TRUE}


@pytest.fixture
def folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")
    add_attitudes(data)
    return data


def test_the_options_of_a_question_are_in_one_order_at_all_ages(folder: Path) -> None:
    rows = growth_rows(Library(folder), characters=["ada-berg"])
    assert [row["id"] for row in rows[:3]] == [f"ada-berg-growth-01-{year}" for year in (1989, 1998, 2010)]
    assert len({tuple(row["options"]) for row in rows[:3]}) == 1 and [row["stimulus"].as_of for row in rows[:3]] == [
        "1989",
        "1998",
        "2010",
    ]
    assert [row["options"][row["answer"][0]] for row in rows[:3]] == ["A wall", "A road", "A debt"]


def test_a_run_tells_a_person_of_the_time_from_one_who_knows_what_came(tmp_path: Path, folder: Path) -> None:
    def respond(body: dict[str, Any], number: int) -> str:
        text = text_of(body)
        age, question = re.search(r"Age: (\d+)", text), re.search(r"to you, (\d)\?", text)
        assert question
        said = TRUE[question[1], int(age[1])] if age and int(age[1]) in (9, 18, 30) else LAST[question[1], 30]
        found = re.search(rf"^([A-D])\. {said}$", text, re.MULTILINE)
        assert found
        return f"ANSWER: {found[1]}"

    today = "\nmodels = models + [dict(models[-1], abbr='m-prompt-today', as_of='today')]\n"
    run = run_experiment(tmp_path, folder, "growth", respond, more=today)
    value = {
        (model, measure): run.headline(model, measure)["estimate"]["value"]
        for model in ("m-prompt", "m-prompt-today") for measure in ("point-in-time accuracy", "leak of later knowledge")
    }  # fmt: skip
    assert value["m-prompt", "point-in-time accuracy"] == 100 and value["m-prompt", "leak of later knowledge"] == 0
    # The person of today is right at the last age only, and at the others says what holds only later.
    assert value["m-prompt-today", "point-in-time accuracy"] == pytest.approx(100 * 2 / 6)
    assert value["m-prompt-today", "leak of later knowledge"] == 100
    changes = {entry["model"]: entry for entry in run.summary["data"]["changes"]}
    assert (changes["m-prompt"]["where_changed"]["value"], changes["m-prompt"]["where_same"]["value"]) == (100, 0)
    assert changes["m-prompt-today"]["where_changed"]["value"] == 0
    assert run.headline("m-prompt-today", "point-in-time accuracy", "age 3 of 3")["estimate"]["value"] == 100
    assert "Growth, changes between successive ages" in run.printed
    run.assert_replays("growth")


@pytest.mark.parametrize(
    ("said", "place", "expected"),
    [
        ("A wall", 0, (True, False, None)),
        ("A road", 0, (False, True, None)),  # holds later only
        ("A friend", 0, (False, False, None)),  # never held
        ("A wall", 2, (False, None, True)),  # held earlier only
        ("A debt", 2, (True, None, False)),
    ],
)
def test_an_answer_of_another_time_is_a_leak_or_a_lag(
    said: str, place: int, expected: tuple[bool, bool | None, bool | None]
) -> None:
    options = ["A wall", "A road", "A debt", "A friend"]
    row = {"options": options, "question": "?", "answer": [place], "keys": [0, 1, 2], "place": place}
    scores = find_experiment("growth").score(row, f"ANSWER: {'ABCD'[options.index(said)]}")
    assert (scores["correct"], scores["leak"], scores["lag"]) == expected


def test_an_answer_that_cannot_be_read_is_neither_right_nor_a_leak() -> None:
    row = {"options": ["x", "y"], "question": "?", "answer": [0], "keys": [0, 1], "place": 0}
    scores = find_experiment("growth").score(row, "It depends.")
    assert (scores["parsed"], scores["correct"], scores["leak"]) == (False, False, False)
