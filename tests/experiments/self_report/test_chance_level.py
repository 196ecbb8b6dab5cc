"""What guessing reaches on choice questions, against every guess counted out and against drawn ones."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import pytest

from human_simulacra.experiments.self_report.chance_level import chance_level, expected_points
from human_simulacra.experiments.self_report.experiment import SelfReport
from human_simulacra.experiments.self_report.question_scoring import score_multiple_choice

LETTERS = "ABCDEF"
OPTIONS = ["chess", "rowing", "singing", "golf", "boxing", "sewing"]


def question(kind: str, right: int, options: int = 6) -> dict[str, Any]:
    return {"type": kind, "options": OPTIONS[:options], "answer": list(range(right)), "full": 2 * (right or 1)}


@pytest.mark.parametrize("right", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("named", [1, 3, 6])
def test_expected_points_are_the_mean_over_every_way_of_naming_so_many(right: int, named: int) -> None:
    ways = list(combinations(range(6), named))
    points = [score_multiple_choice(", ".join(LETTERS[i] for i in way), OPTIONS, list(range(right))).points for way in ways]
    assert expected_points(6, right, named) == pytest.approx(sum(points) / len(points))


def test_single_choice_is_one_in_so_many_options_and_cloze_cannot_be_guessed() -> None:
    assert chance_level([question("single_choice", 1, 4)]).accuracy == chance_level([question("single_choice", 1, 4)]).score == 25
    level = chance_level([question("single_choice", 1, 4), question("cloze", 0)])
    assert (level.score, level.accuracy) == (12.5, 12.5)


def test_points_and_accuracy_of_multiple_choice_have_different_chance_levels() -> None:
    # Of three of six: naming all gives 6 - 6 points; naming one 1 point in 6; any set of three is right once in 20.
    level = chance_level([question("multiple_choice", 3)])
    assert level.accuracy == pytest.approx(5)
    best = max(expected_points(6, 3, named) for named in range(1, 7))
    assert level.score == pytest.approx(100 * best / 6) and level.score > 15


def test_a_guesser_does_not_know_how_many_options_of_one_question_are_right() -> None:
    mixed = [question("multiple_choice", right) for right in (1, 5)]
    assert chance_level(mixed).accuracy == pytest.approx(100 / 6 / 2)  # right for one of the two at most
    alone = [chance_level([one]).accuracy for one in mixed]
    assert chance_level(mixed).accuracy < sum(alone) / 2


def test_no_fixed_number_of_random_letters_beats_the_chance_level() -> None:
    rng, questions = random.Random(5), [question("multiple_choice", right) for right in (1, 2, 3, 4, 5)]
    level, full = chance_level(questions), sum(q["full"] for q in questions)
    reached = []
    for named in range(1, 7):
        scores = [
            score_multiple_choice(", ".join(rng.sample(LETTERS, named)), OPTIONS, q["answer"])
            for _ in range(3000) for q in questions
        ]  # fmt: skip
        reached.append((100 * sum(s.points for s in scores) / full / 3000, 100 * sum(s.correct for s in scores) / len(scores)))
    assert max(score for score, _ in reached) == pytest.approx(level.score, abs=1.5)
    assert max(accuracy for _, accuracy in reached) == pytest.approx(level.accuracy, abs=1)


def test_the_table_shows_chance_and_readers_beside_the_score() -> None:
    rows = []
    for number, (blind, reply) in enumerate([(0.4, "A"), (0.0, "A"), (None, "B")]):
        row = {"id": str(number), "character": "ada", **question("single_choice", 1, 4), "blind": blind, "run": 1}
        rows.append({**row, "model": "m", "missing": False, "trace": None, **SelfReport().score(row, reply)})
    summary = SelfReport().summarise(rows)
    shown = dict(zip(summary.tables[0].head, summary.tables[0].rows[0], strict=True))
    assert (shown["chance % (score, accuracy)"], shown["readers %"]) == ("25.0", "20.0")
    assert shown["above readers % [95 %]"].startswith("100.0")
    assert not any("readers" in table.title for table in summary.tables[1:])
    unread = SelfReport().summarise([{**row, "blind": None} for row in rows])
    assert "readers %" not in unread.tables[0].head
