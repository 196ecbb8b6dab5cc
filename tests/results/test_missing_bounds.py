"""Bounds: between which values a figure lies, whatever unparseable and missing replies could have been."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_simulacra.experiments.conformity.experiment import Conformity
from human_simulacra.experiments.open_detail.experiment import OpenDetail
from human_simulacra.experiments.personality.experiment import Personality
from human_simulacra.experiments.personality.scores_by_character import character_tau
from human_simulacra.experiments.registry import summarise_run
from human_simulacra.experiments.self_report.experiment import SelfReport
from human_simulacra.results.summary import Summary, Table
from human_simulacra.results.tables import summary_to_csv
from human_simulacra.types import FUNCTIONS
from tests.made_rows import choices, unanswerable


def cells(table: Table, model: str) -> dict[str, Any]:
    return next(dict(zip(table.head, row, strict=True)) for row in table.rows if row[table.head.index("model")] == model)


def headline(summary: Summary, model: str, measure: str, of: str = "all") -> Any:
    return next(h for h in summary.headlines if (h.model, h.measure, h.of, h.character) == (model, measure, of, "all"))


def one_of_each(character: str, number: int) -> str | None:
    return ("B", "A", "who knows", None)[number]


def test_unparseable_and_missing_replies_count_as_right_and_as_wrong() -> None:
    summary = SelfReport().summarise(choices("m-rag", one_of_each))
    found = headline(summary, "m-rag", "score")
    assert found.estimate.value == pytest.approx(100 / 3)  # one right, one wrong, one unparseable
    assert (found.bounds.low, found.bounds.high) == (25, 75)
    assert cells(summary.tables[0], "m-rag")["bounds"] == "25.0 to 75.0"
    made_up = summarise_run(unanswerable("m-rag", lambda _, n: ("It was Rex.", "I do not know.", "", None)[n]))[1]
    assert cells(made_up.tables[0], "m-rag")["bounds"] == "25.0 to 75.0"


def test_a_table_of_whole_answers_has_no_column_of_bounds() -> None:
    summary = SelfReport().summarise(choices("m-rag", lambda *_: "B"))
    assert all("bounds" not in table.head for table in summary.tables)
    assert headline(summary, "m-rag", "score").bounds.low == 100


def test_a_figure_whose_bounds_cross_those_of_the_control_is_marked() -> None:
    rows = [
        *choices("m-rag", one_of_each),  # 25 to 75
        *choices("m-prompt", lambda _, n: "B" if n < 3 else "A"),  # 75
        *choices("m-macm", lambda *_: "B"),  # 100
        *choices("m-shuffled", lambda _, n: "B" if n < 2 else "A"),  # 50
    ]
    _, summary = summarise_run(rows)
    assert cells(summary.tables[0], "m-rag")["bounds"] == "25.0 to 75.0, crosses m-shuffled"
    assert headline(summary, "m-rag", "score").caveat == "bounds cross m-shuffled"
    assert headline(summary, "m-prompt", "score").caveat == cells(summary.tables[0], "m-prompt")["bounds"] == ""
    weak = [row for row in rows if row["model"] != "m-shuffled"] + choices("m-shuffled", one_of_each)
    _, summary = summarise_run(weak)  # now the control could reach 75
    assert cells(summary.tables[0], "m-prompt")["bounds"] == "crosses m-shuffled"
    assert cells(summary.tables[0], "m-macm")["bounds"] == ""


def test_without_shuffled_the_method_none_is_what_figures_are_held_against() -> None:
    _, summary = summarise_run([*choices("m-rag", one_of_each), *choices("m-none", lambda _, n: "B" if n else "A")])
    assert headline(summary, "m-rag", "score").caveat == "bounds cross m-none"


def test_bounds_are_in_the_csv_of_every_headline() -> None:
    rows = list(csv.DictReader(io.StringIO(summary_to_csv(SelfReport().summarise(choices("m-rag", one_of_each))))))
    assert {(row["lowest"], row["highest"]) for row in rows if row["character"] == "all"} == {("25", "75")}


def test_conformity_is_bounded_by_replies_that_may_follow_the_majority_or_not() -> None:
    rows = []
    for condition, replies in (("pressure", ("A", "hm", "B", "A")), ("control", ("B", "B", None, "B"))):
        for trial, said in enumerate(replies):
            row = {"model": "m", "dataset": "d", "variant": "v", "character": "ada", "type": condition, "conversation": condition,
                   "id": f"{condition}{trial}", "set": "asch", "trial": trial, "critical": True, "options": ["30", "25", "21"],
                   "answer": [1], "majority_answer": 0}  # fmt: skip
            rows.append({**row, "missing": said is None, **Conformity().score(row, said)})
    summary = Conformity().summarise(rows)
    found = headline(summary, "m", "conformity")
    assert found.estimate.value == 100  # of two whole pairs
    assert (found.bounds.low, found.bounds.high) == (25, 75)
    shown = cells(summary.tables[0], "m")
    assert shown["bounds"] == "25.0 to 75.0, figure outside its bounds; pressure 50.0 to 75.0; control 0.0 to 25.0"
    assert shown["critical error %, chance"] == "66.7"
    marked = summarise_run([{**row, "experiment": "conformity", "trace": None} for row in rows])[1]
    assert headline(marked, "m", "conformity").caveat == "figure outside its bounds"
    assert headline(marked, "m", "critical error", "pressure").caveat == ""


def test_a_score_above_readers_has_bounds_and_the_caveat_wherever_it_is_shown() -> None:
    rows = [
        {**row, "blind": 0.5}
        for row in (
            *choices("m-rag", one_of_each),
            *choices("m-macm", lambda *_: "B"),
            *choices("m-none", lambda *_: "who knows"),
            *choices("m-shuffled", lambda _, n: "B" if n < 2 else "A"),
        )
    ]
    summary = summarise_run(rows)[1]
    found = headline(summary, "m-rag", "above readers")
    # Readers get two of a character's four questions; one to three are answered rightly.
    assert (found.bounds.low, found.bounds.high) == (-50, 50)
    assert found.caveat == "bounds cross m-shuffled"
    assert "above readers -50.0 to 50.0, crosses m-shuffled" in cells(summary.tables[0], "m-rag")["bounds"]
    named, shown = SelfReport().main_figures(summary)
    assert named == "score above blind readers %" and shown["m-rag"].endswith("] (bounds cross m-shuffled)")
    assert shown["m-none"].startswith("-100.0") and shown["m-none"].endswith("(bounds cross m-shuffled)")
    assert headline(summary, "m-macm", "above readers").bounds.low == 100 and "cross" not in shown["m-macm"]


def test_a_reply_that_no_judge_could_read_bounds_contradictions_but_one_without_an_answer_does_not() -> None:
    rows = []
    for number, verdict in enumerate(("fits", "contradicts", "none", "hm", "contradicts")):
        row = {"id": f"q{number}", "character": "ada", "type": "open_detail", "judgements": [
            {"kind": "detail", "judge": "j", "own": False, "text": verdict}]}  # fmt: skip
        status = "truncated" if number == 4 else "answered"
        rows.append({**row, "model": "m", "missing": False, "status": status, **OpenDetail().score(row, "x")})
    found = headline(OpenDetail().summarise(rows), "m", "contradictions")
    assert found.estimate.value == 50 and (found.bounds.low, found.bounds.high) == (25, 75)


def statements(said: dict[tuple[str, int], str | None]) -> list[dict[str, Any]]:
    rows = []
    for (function, rank), reply in said.items():
        row = {"model": "m", "character": "ada", "type": "statement", "function": function, "rank": rank, "pair": 0, "keyed": 0,
               "assigned": list(FUNCTIONS), "id": f"{function}{rank}", "options": ["yes", "no"]}  # fmt: skip
        rows.append({**row, "missing": reply is None, "trace": None, **Personality().score(row, reply)})
    return rows


STATEMENTS = [(function, rank) for function in FUNCTIONS for rank in (1, 8)]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(["yes", "no"]), min_size=len(STATEMENTS), max_size=len(STATEMENTS)),
    st.lists(st.sampled_from(["known", "hm", None]), min_size=len(STATEMENTS), max_size=len(STATEMENTS)),
)
def test_tau_lies_within_its_bounds_whatever_the_unknown_answers_are(true: list[str], seen: list[str | None]) -> None:
    said = {place: reply if state == "known" else state for place, reply, state in zip(STATEMENTS, true, seen, strict=True)}
    found = [h for h in Personality().summarise(statements(said)).headlines if (h.measure, h.character) == ("tau", "all")]
    real = character_tau(statements(dict(zip(STATEMENTS, true, strict=True)))).tau
    for one in found:
        assert one.bounds and one.bounds.low - 1e-9 <= one.estimate.value <= one.bounds.high + 1e-9
        assert math.isnan(real) or one.bounds.low - 1e-9 <= real <= one.bounds.high + 1e-9
        if set(seen) == {"known"}:
            assert one.bounds.low == one.bounds.high == pytest.approx(one.estimate.value)
