"""Gates on what experiments at a point in time need: one changed row of a life of the package is found and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.library import Library, packaged_path
from human_simulacra.validation import decision_checks, growth_checks, interrogation_checks, point_in_time_checks
from human_simulacra.validation.located_rows import read_characters

LIFE = "kojo-darkwa"
SHARED = ("contradiction_pairs.jsonl", "quality/decision_readers.jsonl", "quality/growth_readers.jsonl")
Row = dict[str, Any]
KOJO = 3 * 20  # the line of the first question of this life, the fourth of the package


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One life of the package, with the readers' choices and the labelled pairs."""
    data = tmp_path / "data"
    shutil.copytree(packaged_path() / "characters" / LIFE, data / "characters" / LIFE)
    for name in SHARED:
        (data / name).parent.mkdir(exist_ok=True)
        shutil.copy(packaged_path() / name, data / name)
    return data


def change(folder: Path, name: str, line: int, edit: Callable[[Row], object]) -> None:
    path = folder / name
    rows = [json.loads(text) for text in path.read_text().splitlines()]
    edit(rows[line])
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def problems(folder: Path) -> list[str]:
    library = Library(folder)
    people, broken = read_characters(library)
    gates = [
        point_in_time_checks.check_profiles_at(people), point_in_time_checks.check_memory_hindsight(people),
        *decision_checks.check_decisions(people, folder), growth_checks.check_growth(people),
        growth_checks.check_growth_readers(people, folder),
        interrogation_checks.check_interrogation(people), interrogation_checks.check_contradiction_pairs(library),
    ]  # fmt: skip
    return [*broken, *(problem for gate in gates for problem in gate.problems if "no labelled pair is of" not in problem)]


def test_a_life_of_the_package_passes(folder: Path) -> None:
    assert problems(folder) == []


def own(name: str) -> str:
    return f"characters/{LIFE}/{name}.jsonl"


@pytest.mark.parametrize(
    ("name", "line", "edit", "words"),
    [
        (own("profile_at"), 0, lambda row: row.update(year=2004), "the first row must hold from the birth, 2001-03"),
        (own("profile_at"), 1, lambda row: row.update(year=2024), "rows must be in the order of their dates"),
        (own("profile_at"), 1, lambda row: row.update(family="lives near Zakari"), "it names 'Zakari', which first stands in"),
        (own("profile_at"), 1, lambda row: row.update(evidence=[f"{LIFE}-s140"]), "begins after"),
        (own("memories"), 3, lambda row: row.update(thinking="I had not met Zakari then."), "it names 'Zakari'"),
        (own("decisions"), 0, lambda row: row.update(situation="You wait for Zakari."), "not before the moment"),
        (own("decisions"), 0, lambda row: row.update(moment="nowhere"), "is no paragraph of this life"),
        (own("decisions"), 0, lambda row: row.update(moment=f"{LIFE}-s003"), "fewer than 12 paragraphs"),
        (own("decisions"), 0, lambda row: row.update(options=["Go", "Go", "Stay", "Wait"]), "two options are the same"),
        (own("decisions"), 0, lambda row: row.update(blind=0.5), "its readers' answers give"),
        (own("growth"), 0, lambda row: row["at"][0].update(evidence=[f"{LIFE}-s140"]), "tells of a time after"),
        (own("growth"), 0, lambda row: [at.update(answer=0) for at in row["at"]], "the answer is the same at all times"),
        (own("growth"), 0, lambda row: row["at"][0].update(as_of="2011"), "at the same 3 times"),
        (own("growth"), 0, lambda row: row.update(question="What is Zakari to you?"), "it names 'Zakari'"),
        ("quality/growth_readers.jsonl", KOJO, lambda row: row.update(open_book=["X", "X", "X"]), "the second reader agrees with 0"),
        (own("interrogation"), 0, lambda row: row.update(accepted=["nobody at all"]), "the fact does not state"),
        (own("interrogation"), 0, lambda row: row.update(question=f"Was it {row['accepted'][0]}?"), "gives the answer away"),
        (own("interrogation"), 9, lambda row: row.update(returns_to=10), "is no turn before turn"),
        ("contradiction_pairs.jsonl", 1, lambda row: row.update(id="pair-001"), "'pair-001', which line 1 has too"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_named(folder: Path, name: str, line: int, edit: Callable[[Row], object], words: str) -> None:
    change(folder, name, line, edit)
    found = problems(folder)
    assert any(words in problem for problem in found), found


@pytest.mark.parametrize(
    ("blind", "informed", "words"),
    [
        ("XRRRR", "RRR", "4 of 5 readers without the life chose rightly"),
        ("XXXXR", "XXX", "informed readers choose 0 % rightly"),
        ("XXXX", "RRR", "5 blind and 3 informed readers are required"),
    ],
)
def test_readers_that_guess_or_know_nothing_are_named(folder: Path, blind: str, informed: str, words: str) -> None:
    """Every decision gets the same readers: R chose rightly, X did not."""
    rows = [json.loads(line) for line in (folder / own("decisions")).read_text().splitlines()]
    readers = []
    for row in rows:
        right, wrong = "ABCD"[row["answer"]], "ABCD"[(row["answer"] + 1) % 4]
        letters = {
            name: [right if c == "R" else wrong for c in text] for name, text in (("blind", blind), ("informed", informed))
        }
        readers.append({"item": row["id"], **letters})
        found = decision_checks.DecisionReaders(row["id"], tuple(letters["blind"]), tuple(letters["informed"]))
        decision = next(d for d in Library(folder).decisions(LIFE) if d.id == row["id"])
        row.update(decision_checks.measure_decision(decision, found))
    (folder / own("decisions")).write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "quality" / "decision_readers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in readers))
    assert any(words in problem for problem in problems(folder))
