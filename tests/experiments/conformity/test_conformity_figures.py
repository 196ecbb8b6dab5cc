"""Scores and rates of the conformity experiment, on replies with known rates."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_simulacra.experiments.conformity.experiment import Conformity
from human_simulacra.results.answering_agreement import with_answering
from human_simulacra.results.tables import nan_to_none, summary_to_csv, table_to_text, to_json
from tests.experiments.conformity.made_trials import CRITICAL, OPTIONS, Reply, follows, rate, rows


@pytest.mark.parametrize(
    ("reply", "chosen", "error", "conformed"),
    [
        ("A", 0, True, True), ("b.", 1, False, False), ("It is the 21 cm one", 2, True, False), ("**C**", 2, True, False),
        ("I see 25 cm, as the others do not.", 1, False, False), ("Everyone says B, but I say C.", 2, True, False),
        ("B or C", None, False, False), ("No idea", None, False, False),
        ("", None, False, False), (None, None, False, False),
    ],
)  # fmt: skip
def test_a_reply_is_read_by_letter_or_text_and_never_guessed(reply: str, chosen: int, error: bool, conformed: bool) -> None:
    scores = Conformity().score({"options": OPTIONS, "answer": [1], "majority_answer": 0}, reply)
    assert scores == {"chosen": chosen, "parsed": chosen is not None, "error": error, "conformed": conformed}


def test_following_the_majority_is_conformity_and_right_answers_are_not() -> None:
    swayed = Conformity().summarise(rows(follows))
    assert rate(swayed)["conformity"] == 100 and rate(swayed)["independence"] == 0 and rate(swayed)["yielded"] == 3
    assert rate(swayed)["critical_error"] == 100 and rate(swayed)["neutral_error"] == 0
    assert rate(swayed, condition="control")["critical_error"] == 0
    steady = Conformity().summarise(rows(lambda *_: "B"))
    assert rate(steady)["conformity"] == 0 and rate(steady)["independence"] == 100 and rate(steady)["yielded"] == 0


def test_errors_made_alone_are_not_conformity() -> None:
    same = Conformity().summarise(rows(lambda character, condition, trial: "A"))
    assert rate(same)["critical_error"] == 100 and rate(same)["conformity"] == 0
    assert rate(same)["independence"] is None  # nothing was answered rightly alone
    elsewhere = Conformity().summarise(rows(lambda character, condition, trial: "C" if condition == "pressure" else "B"))
    assert rate(elsewhere)["critical_error"] == 100 and rate(elsewhere)["conformity"] == 0


def test_conformity_can_be_negative() -> None:
    contrary = Conformity().summarise(rows(lambda character, condition, trial: "A" if condition == "control" else "B"))
    assert rate(contrary)["conformity"] == -100


def test_random_answers_have_zero_conformity_on_average() -> None:
    draw = random.Random(3)
    people = tuple(f"p{number}" for number in range(400))
    guessed = Conformity().metrics(rows(lambda *_: draw.choice("ABC"), people))
    assert abs(guessed["conformity"]) < 3 and guessed["critical_error_pressure"] == pytest.approx(66.7, abs=4)


def test_unparseable_and_missing_replies_are_counted_but_in_no_rate() -> None:
    def reply(character: str, condition: str, trial: int) -> str | None:
        if trial == 3:
            return None if condition == "control" else "hm"
        return follows(character, condition, trial)

    whole = Conformity().summarise(rows(reply))
    assert rate(whole)["conformity"] == 100 and rate(whole)["unparseable"] == 3 and rate(whole)["missing"] == 0
    assert rate(whole, condition="control")["missing"] == 3
    line = next(c for c in whole.data["curves"] if c["character"] == "all" and c["condition"] == "pressure")
    assert [point["error"] for point in line["trials"]] == [0, 0, None, 100, 100, 100]
    assert [point["critical"] for point in line["trials"]] == CRITICAL
    assert Conformity().metrics(rows(reply))["unparseable"] == 3 and Conformity().metrics(rows(reply))["missing"] == 3
    assert "| 3" in table_to_text(whole.tables[0], "github")


def test_a_run_without_answers_has_dashes_and_no_headline() -> None:
    empty = Conformity().summarise(rows(lambda *_: None))
    assert empty.headlines == () and " - " in table_to_text(empty.tables[0])
    assert json.loads(to_json(empty))["data"]["rates"][0]["conformity"] is None


TABLES = st.dictionaries(
    st.tuples(st.sampled_from(["ada", "bo", "cy"]), st.sampled_from(["pressure", "control"]), st.integers(1, 6)),
    st.sampled_from(["A", "B", "C", "?"]),
)


def expected(said: Reply, people: tuple[str, ...]) -> float | None:
    """Conformity by counting, over the critical trials parsed in both conditions."""
    differences = [
        (pressed == "A") - (alone == "A")
        for who in people for trial in range(3, 7)
        if "?" not in ((pressed := said(who, "pressure", trial)), (alone := said(who, "control", trial)))
    ]  # fmt: skip
    return 100 * sum(differences) / len(differences) if differences else None


@settings(deadline=None, max_examples=15)
@given(TABLES, st.randoms())
def test_conversations_do_not_mix(table: dict[tuple[str, str, int], str], shuffle: random.Random) -> None:
    def said(character: str, condition: str, trial: int) -> str:
        return table.get((character, condition, trial), "B")

    people = ("ada", "bo", "cy")
    found = rows(said, people)
    together = Conformity().summarise(found)
    for names, label in [(people, "all"), *(((name,), name) for name in people)]:
        wanted = expected(said, names)
        assert rate(together, label)["conformity"] == (pytest.approx(wanted) if wanted is not None else None)
    alone = Conformity().summarise([row for row in found if row["character"] == "ada"])
    assert nan_to_none(rate(alone, "ada")) == nan_to_none(rate(together, "ada"))
    shuffle.shuffle(found)
    mixed = Conformity().summarise(found)
    for name in people:
        assert rate(mixed, name)["conformity"] == rate(together, name)["conformity"]


def test_variants_are_reported_separately_and_share_no_pair() -> None:
    both = rows(follows) + rows(lambda *_: "B", variant="asch, majority 1")
    summary = Conformity().summarise(both)
    values = {h.of: h.estimate.value for h in summary.headlines if h.measure == "conformity" and h.character == "all"}
    assert values == {"all": 50, "asch, majority 6": 100, "asch, majority 1": 0}
    assert {line["variant"] for line in summary.data["curves"]} == {"asch, majority 6", "asch, majority 1"}
    assert 'conformity,m,conformity,"asch, majority 1",all,%,0,' in summary_to_csv(summary)


def test_log_likelihood_answers_are_labelled_and_compared_with_generated_ones() -> None:
    put = []
    for model, way in (("m", "generate"), ("w", "likelihood")):
        put += [{**row, "trace": {"setting": "s", "answering": way}} for row in rows(follows, model=model)]
    summary = with_answering(Conformity().summarise(put), put)
    assert {row[0] for table in summary.tables for row in table.rows if table.head[0] == "model"} == {"m", "w (log-likelihood)"}
    assert {(a["type"], a["rows"], a["percent"]) for a in summary.data["agreement"]} == {
        ("pressure", 18, 100.0), ("control", 18, 100.0)
    }  # fmt: skip


def test_a_summary_has_notes_and_the_human_baseline() -> None:
    summary = Conformity().summarise(rows(follows))
    assert summary.data["human"]["rate"] == 33 and summary.data["human"]["low"] < 33 < summary.data["human"]["high"]
    assert any("not a target" in note for note in summary.notes) and "6 trials, 4 critical" in summary.notes[0]
    assert all(headline.better == "" for headline in summary.headlines)
    printed = table_to_text(summary.tables[1])
    assert "210 students" in printed and "+68.0" in printed and "3 of 3" in printed
