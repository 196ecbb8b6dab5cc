"""Decisions end to end: what is known at the moment, right choices beside readers, judged reasons, controls, and replay."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.errors import UserError
from human_simulacra.experiments.decisions.rows import decision_rows
from human_simulacra.experiments.registry import find_experiment
from human_simulacra.library import Library
from human_simulacra.plugin.dataset import ExperimentDataset
from tests.experiments.made_moments import add_decisions
from tests.experiments.moment_run import run_experiment
from tests.observer_run import text_of

REASONS = "human_simulacra.plugin.decisions.DecisionReasonEvaluator"
TODAY = """
models = models + [dict(models[-1], abbr='m-prompt-today', as_of='today')]
"""


@pytest.fixture
def folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")
    add_decisions(data)
    return data


def letter_of(text: str, act: str) -> str:
    found = re.search(rf"^([A-D])\. {act}$", text, re.MULTILINE)
    assert found
    return found[1]


def respond(body: dict[str, Any], number: int) -> str:
    """With a persona of the time, the character does what it did; with today's it keeps the boat; without one it sinks it."""
    text = text_of(body)
    if body["model"] != "respondent":
        why, reply = (re.search(rf"{start}:\n<<(.*)>>", text) for start in ("by the life", "place wrote"))
        assert why and reply
        said = "flour" if "flour" in reply[1] else "water" if "water" in reply[1] else ""
        verdict = ("same" if said in why[1] else "other") if said else "none"
        return "VERDICT: same" if body["model"] == "blind" else f"VERDICT: {verdict}"
    act = "Sink the boat" if "You are" not in text.split("This is happening")[0] else "Sell the boat"
    if "Work: baker" in text:
        act = "Keep the boat"
    return f"Because of the flour.\nANSWER: {letter_of(text, act)}"


def test_every_moment_is_put_with_the_life_up_to_it(folder: Path) -> None:
    rows = decision_rows(Library(folder))
    assert {row["stimulus"].as_of for row in rows} == {row["moment"] for row in rows} and len(rows) == 6
    assert all(row["options"][row["answer"][0]] == "Sell the boat" for row in rows)
    assert {row["type"] for row in rows} == {"money", "love"} and "First say" not in rows[0]["stimulus"].text
    assert "First say" in decision_rows(Library(folder), reason=True)[0]["stimulus"].text
    with pytest.raises(UserError, match="'reason' must be True or False, not 1"):
        ExperimentDataset.load(experiment="decisions", data=str(folder), reason=1)


def test_a_run_ends_in_right_choices_beside_readers_and_the_person_of_today(tmp_path: Path, folder: Path) -> None:
    run = run_experiment(tmp_path, folder, "decisions", respond, more=TODAY)
    assert {m: run.headline(m, "right choices")["estimate"]["value"] for m in ("m-prompt", "m-none", "m-prompt-today")} == {
        "m-prompt": 100, "m-none": 0, "m-prompt-today": 0,
    }  # fmt: skip
    then = next(text for text in run.asked if "You are Ada Berg" in text and "boat, 1." in text and "Work: baker" not in text)
    assert "Age: 21" in then and "Work: apprentice" in then and "Family now: a mother" in then
    readers = {entry["model"]: entry for entry in run.summary["data"]["readers"] if entry["type"] == "all"}
    assert (readers["m-prompt"]["blind"], readers["m-prompt"]["informed"]) == (pytest.approx(20), pytest.approx(80))
    assert readers["m-prompt"]["knowable"]["value"] == pytest.approx(100 * 0.8 / 0.6)
    assert readers["m-none"]["knowable"]["value"] == pytest.approx(-100 * 0.2 / 0.6)
    assert "informed readers %" in run.printed and "of the knowable" in run.printed
    run.assert_replays("decisions")


def test_a_life_that_cannot_be_put_at_the_moments_is_refused_before_any_call(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "characters" / "bo-crane" / "profile_at.jsonl").unlink()
    asked = []
    with pytest.raises(AssertionError):
        run_experiment(tmp_path, folder, "decisions", lambda body, number: asked.append(body) or "ANSWER: A")
    error = capsys.readouterr().err
    assert "'bo-crane' cannot be put at a point in time: add profile_at.jsonl" in error and "Traceback" not in error
    assert asked == []


def test_untested_moments_have_no_readers_and_no_figure_of_the_knowable(tmp_path: Path, folder: Path) -> None:
    add_decisions(folder, blind=None, informed=None)
    run = run_experiment(tmp_path, folder, "decisions", respond)
    assert run.summary["data"]["readers"] == [] and "informed readers" not in run.printed


def test_readers_that_are_no_better_when_informed_leave_nothing_to_be_known() -> None:
    base = {"experiment": "decisions", "model": "m", "type": "love", "options": ["a", "b"], "answer": [0], "missing": False,
            "blind": 0.4, "informed": 0.4, "trace": None, "run": 1}  # fmt: skip
    rows = [
        {**base, "id": f"d{n}", "character": f"c{n}", "prediction": "ANSWER: A",
         **find_experiment("decisions").score({**base, "id": f"d{n}"}, "ANSWER: A")}
        for n in range(4)
    ]  # fmt: skip
    summary = find_experiment("decisions").summarise(rows)
    assert all(entry["knowable"] is None for entry in summary.data["readers"])


def test_judges_compare_the_stated_reason_with_the_persons_own(tmp_path: Path, folder: Path) -> None:
    run = run_experiment(tmp_path, folder, "decisions", respond, evaluator=REASONS, judges=("keen", "blind"),
                         methods=("prompt",), dataset="reason=True,")  # fmt: skip
    judges = {judge["judge"]: judge for judge in run.summary["data"]["judges"]}
    assert judges["keen"]["admitted"] and not judges["blind"]["admitted"] and judges["keen"]["trials"] == 6
    # Every reply gives the flour as its reason, which was the reason of one moment in two.
    (found,) = run.summary["data"]["reasons"]
    assert found["share"]["value"] == pytest.approx(50) and found["caveat"] == ""
    assert "Right reasons of right choices" in run.printed and "Not admitted: blind" in run.printed
    run.assert_replays("decisions")
