"""Growth end to end: the same question at three ages, accuracy, leak of later knowledge, and changes between ages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.experiments.growth.rows import growth_rows
from human_simulacra.experiments.registry import find_experiment, summarise_run
from human_simulacra.library import Library
from human_simulacra.results.summary import Summary
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


KEYS = ((0, 1, 2), (0, 1, 0), (3, 3, 1))  # of three questions at three ages


def summarised(**models: Callable[[tuple[int, ...], int], str]) -> Summary:
    """Returns the summary of models that reply by the keys of a question and the place of the age."""
    rows = []
    for model, reply in models.items():
        for character in ("ada", "bo", "cy"):
            for number, keys in enumerate(KEYS):
                for place, key in enumerate(keys):
                    row = {
                        "experiment": "growth", "id": f"{character}-{number}-{place}", "character": character, "item": f"{character}-{number}",
                        "type": f"age {place + 1} of 3", "question": "?", "options": ["w", "x", "y", "z"], "answer": [key],
                        "keys": list(keys), "place": place, "model": model, "dataset": "growth", "trace": None,
                    }  # fmt: skip
                    said = reply(keys, place)
                    rows.append({**row, "prediction": said, **find_experiment("growth").score_row(row, said, None)})
    return summarise_run(rows)[1]


def lines(summary: Summary, title: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Returns the lines of a table by their first two cells."""
    table = next(table for table in summary.tables if table.title == title)
    return {(row[0], row[1]): dict(zip(table.head, row, strict=True)) for row in table.rows}


def test_leak_and_lag_are_mirror_images_and_have_their_chance() -> None:
    """Who answers as in youth never leaks, although some answers of youth are right again later; and the other way round."""
    found = summarised(
        young=lambda keys, _: "ABCD"[keys[0]], old=lambda keys, _: "ABCD"[keys[2]], rambling=lambda *_: "It depends."
    )
    table = lines(found, "Growth, by method and age")
    young, old, rambling = (table[model, "all"] for model in ("young", "old", "rambling"))
    assert young["leak % [95 %]"].startswith("0.0 ") and old["lag % [95 %]"].startswith("0.0 ")
    assert table["young", "age 2 of 3"]["lag % [95 %]"].startswith("100.0 ")
    # Options that are right later only, of four: 2, 1 and none at the ages of the first question, 1 of the second, 1 and 1 of the third.
    assert young["chance % (leak, lag)"] == "30.0, 31.2" and table["old", "age 3 of 3"]["chance % (leak, lag)"] == "-, 33.3"
    # What cannot be read is neither: the model has no leak, and is not the best.
    assert rambling["leak % [95 %]"] == rambling["lag % [95 %]"] == "-"
    assert "rambling" not in {h.model for h in found.headlines if h.measure == "leak of later knowledge"}
    (leak,) = [
        h
        for h in found.headlines
        if (h.model, h.measure, h.of, h.character) == ("young", "leak of later knowledge", "all", "all")
    ]
    assert leak.bounds and (leak.bounds.low, leak.bounds.high) == (0, 0)


def test_unreadable_replies_are_in_the_bounds_of_leak_and_the_pairs_are_counted() -> None:
    found = summarised(half=lambda keys, place: "It depends." if place == 0 else "ABCD"[keys[place]])
    (leak,) = [h for h in found.headlines if (h.measure, h.of, h.character) == ("leak of later knowledge", "all", "all")]
    assert leak.bounds and (leak.estimate.value, leak.estimate.rows) == (0, 6) and leak.bounds.high == pytest.approx(60)
    pairs = next(t for t in found.tables if t.title == "Growth, changes between successive ages")
    (line,) = pairs.rows
    assert line[:2] == ("half", 9) and line[3:] == (0, "-")  # of 15 pairs and 3


def test_an_answer_that_cannot_be_read_is_neither_right_nor_a_leak() -> None:
    row = {"options": ["x", "y"], "question": "?", "answer": [0], "keys": [0, 1], "place": 0}
    scores = find_experiment("growth").score(row, "It depends.")
    assert (scores["parsed"], scores["correct"], scores["leak"]) == (False, False, False)
