"""The conformity experiment's rows: the prompts of a character alone and after the confederates."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.errors import UserError
from human_simulacra.experiments.conformity.rows import conformity_rows
from human_simulacra.library import Library, data_path
from human_simulacra.plugin.conformity import ConformityDataset
from human_simulacra.plugin.stimulus_serialization import decode_stimulus


@pytest.fixture
def trials(data: Path) -> Path:
    """A data folder of three characters with the package's trials."""
    shutil.copy(data_path() / "conformity_trials.jsonl", data)
    return data


def load(folder: Path, **options: Any) -> list[dict[str, Any]]:
    return ConformityDataset.load(data=str(folder), **options).to_list()


def others_answers(row: dict[str, Any]) -> list[str]:
    """Returns the texts of the options that the confederates chose."""
    return re.findall(r"^[A-Z]\w+: [A-C]\. (.+)$", row["prompt"], re.MULTILINE)


def test_every_character_has_the_same_trials_under_pressure_and_alone(trials: Path) -> None:
    rows = load(trials)
    assert Counter((r["character"], r["type"]) for r in rows) == dict.fromkeys(
        [(c, t) for c in ("ada-berg", "bo-crane", "cy-dahl") for t in ("pressure", "control")], 18
    )
    assert len({row["id"] for row in rows}) == len(rows) and len({row["conversation"] for row in rows}) == 6
    for talk in {row["conversation"] for row in rows}:
        own = [row for row in rows if row["conversation"] == talk]
        assert [row["trial"] for row in own] == list(range(1, 19)) and sum(row["critical"] for row in own) == 12
    shown = {(r["character"], r["trial"], tuple(r["options"]), *r["answer"], r["majority_answer"]) for r in rows}
    assert len(shown) == 3 * 18  # a character sees the options of a trial in one order, whatever was said


def test_the_place_of_the_wrong_answer_and_of_the_dissenter_depends_on_the_character() -> None:
    rows = [row for row in conformity_rows(Library(), dissenter=True) if row["critical"] and row["said"]]
    by_trial: dict[int, set[int]] = {}
    for row in rows:
        by_trial.setdefault(row["trial"], set()).add(row["majority_answer"])
    assert all(places == {0, 1, 2} for places in by_trial.values())
    places = Counter(row["majority_answer"] for row in rows)
    assert len(rows) == 144 and all(32 <= places[place] <= 64 for place in (0, 1, 2))
    seats = {row["character"]: row["said"].index(row["answer"][0]) for row in rows}
    assert len(set(seats.values())) >= 4


def test_all_six_confederates_are_wrong_on_critical_trials_and_right_on_others(trials: Path) -> None:
    for row in load(trials):
        right, wrong = row["options"][row["answer"][0]], row["options"][row["majority_answer"]]
        if row["type"] == "control":
            assert others_answers(row) == [] and "alone" in row["prompt"]
        else:
            assert others_answers(row) == [wrong] * 6 and (right != wrong) == row["critical"]
        assert row["question"] in row["prompt"] and row["query"] == row["question"]


def test_a_dissenter_gives_the_right_answer_from_one_seat_throughout_a_conversation(trials: Path) -> None:
    seats: dict[str, int] = {}
    for row in load(trials, majority=4, dissenter=True):
        assert row["variant"] == "asch, majority 4, dissenter"
        if row["type"] == "pressure" and row["critical"]:
            right, wrong = row["options"][row["answer"][0]], row["options"][row["majority_answer"]]
            said = others_answers(row)
            assert Counter(said) == {right: 1, wrong: 3}
            assert seats.setdefault(row["character"], said.index(right)) == said.index(right)
            letters = ", ".join("ABC"[position] for position in row["said"])
            assert row["recap"].endswith(f"the others said {letters}.") and len(row["recap"].splitlines()) == 1


def test_the_majority_has_the_configured_size(trials: Path) -> None:
    one, many = (next(r for r in load(trials, majority=n) if r["type"] == "pressure") for n in (1, 19))
    assert "with one other person" in one["prompt"] and len(others_answers(one)) == 1
    assert "with 19 other people" in many["prompt"] and len(others_answers(many)) == 19
    assert one["variant"] == "asch, majority 1" and one["id"] != many["id"]


def test_confederates_are_the_same_in_a_conversation_and_never_the_character(trials: Path) -> None:
    rows = [row for row in load(trials, majority=19) if row["type"] == "pressure"]
    for talk in {row["conversation"] for row in rows}:
        seats = {tuple(re.findall(r"^([A-Z]\w+): ", r["prompt"], re.MULTILINE)) for r in rows if r["conversation"] == talk}
        assert len(seats) == 1 and len(set(next(iter(seats)))) == 19
    profile = trials / "characters" / "ada-berg" / "profile.jsonl"
    profile.write_text(profile.read_text().replace("Ada Berg", "Clara Berg"))
    clara = next(row for row in load(trials, majority=19) if row["character"] == "ada-berg" and row["said"])
    assert "Clara:" not in clara["prompt"]


def test_only_the_seed_changes_order_and_names(trials: Path) -> None:
    first, again, other = load(trials), load(trials), load(trials, seed=1)
    assert first == again
    assert [row["options"] for row in first] != [row["options"] for row in other]
    assert all(a["options"][a["answer"][0]] == b["options"][b["answer"][0]] for a, b in zip(first, other, strict=True))


def test_the_stimulus_has_the_options_for_log_likelihood_scoring(trials: Path) -> None:
    for row in load(trials, trials="novel"):
        stimulus = decode_stimulus(row["envelope"])
        assert stimulus.options == tuple(row["options"]) and not stimulus.several and stimulus.history == ()
        assert row["set"] == "novel"


def test_the_quick_sample_has_both_conditions_and_mostly_critical_trials(trials: Path) -> None:
    rows = load(trials, sample="quick")
    assert len(rows) == 3 * 2 * 4
    assert [row["critical"] for row in rows[:4]] == [False, True, True, True]
    assert "Task 4 of 4" in rows[3]["prompt"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"trials": "ash"}, "did you mean 'asch'"),
        ({"majority": 0}, "'majority' must be a whole number of at least 1, not 0"),
        ({"majority": 40}, "not 40"),
        ({"majority": True}, "not True"),
        ({"dissenter": 3}, "'dissenter' must be True or False, not 3"),
        ({"dissenter": True, "majority": 1}, "set majority to 2 or more"),
        ({"characters": []}, "at least one name"),
        ({"characters": ["ada-borg"]}, "did you mean 'ada-berg'"),
        ({"sample": "quik"}, "did you mean 'quick'"),
    ],
)
def test_wrong_arguments_are_reported_in_one_sentence(trials: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=re.escape(words)):
        load(trials, **options)
