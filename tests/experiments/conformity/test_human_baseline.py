"""The human baseline of the conformity experiment, and the distance of characters from it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import t as student

from human_simulacra.experiments.conformity.experiment import Conformity
from human_simulacra.experiments.conformity.human_baseline import BaselineDistance, distance_from_baseline, human_baseline
from tests.experiments.conformity.made_trials import follows, rate, rows


def test_the_human_baseline_has_wilsons_interval() -> None:
    people, z = human_baseline(), 1.959964
    centre = (0.33 + z**2 / 420) / (1 + z**2 / 210)
    half = z / (1 + z**2 / 210) * math.sqrt(0.33 * 0.67 / 210 + z**2 / (4 * 210**2))
    assert (people.rate, people.n) == (33.0, 210)
    assert people.low == pytest.approx(100 * (centre - half), abs=1e-3)
    assert people.high == pytest.approx(100 * (centre + half), abs=1e-3)


def distance(pressed: Sequence[int], alone: int = 0, trials: int = 12) -> BaselineDistance:
    found = distance_from_baseline([(errors, alone, trials) for errors in pressed])
    assert found is not None
    return found


def test_the_distance_from_people_is_that_of_errors_beyond_the_control() -> None:
    # People err on 33 % under pressure and on 1 % alone; with one character more who always yields and one who never does.
    found, rates = distance([60, 80, 100], 10, 100), np.array([50, 70, 90, 100, 0])
    error = math.sqrt(np.var(rates, ddof=1) / 5 + 33 * 67 / 210)
    assert found.points == pytest.approx(70 - 32) and found.p == pytest.approx(2 * student.sf((62 - 32) / error, 2))
    assert distance([32] * 3, 0, 100).points == pytest.approx(0) == distance([42] * 3, 10, 100).points


def test_characters_who_err_alone_are_not_tested_against_people() -> None:
    always_a, guessing = distance([8] * 12, alone=8), distance([7, 9] * 6, alone=8)
    assert always_a.points == pytest.approx(-32) and always_a.p is None and guessing.p is None
    seeing = distance([2] * 12, alone=2)
    assert seeing.p is not None and seeing.p < 0.05


def test_few_characters_who_always_or_never_yield_are_not_certain_but_many_are() -> None:
    for few in ([12] * 3, [0] * 4, [0, 12, 12, 12], [12] * 4):
        assert (distance(few).p or 0) > 0.05
    for many in ([12] * 12, [0] * 12, [8] * 12):
        assert (distance(many).p or 1) < 0.02


def test_fewer_than_three_characters_have_a_distance_but_no_p() -> None:
    assert distance_from_baseline([]) is None
    assert distance([12, 12]).points == pytest.approx(68) and distance([12, 12]).p is None
    table = Conformity().summarise(rows(follows, people=("ada", "bo"))).tables[1]
    shown = dict(zip(table.head, table.rows[0], strict=True))
    assert (shown["difference from humans"], shown["p (uncorrected)"]) == ("+68.0", "-")


@pytest.mark.parametrize("characters", [3, 4, 6, 12])
@pytest.mark.parametrize("alike", [1000.0, 4.0, 0.01])
def test_the_baseline_test_keeps_its_level_for_characters_that_err_like_humans(characters: int, alike: float) -> None:
    # The characters' own rates are beta distributed around people's, from all the same to each always or never.
    rng = np.random.default_rng(characters)
    skills = rng.beta(0.32 * alike, 0.68 * alike, (500, characters))
    tests = [distance([int(x) for x in rng.binomial(12, own)]).p for own in skills]
    assert np.mean([p is not None and p < 0.05 for p in tests]) <= 0.05


def test_the_distance_from_people_belongs_to_the_error_beside_it() -> None:
    def reply(character: str, condition: str, trial: int) -> str | None:
        if character == "ada":
            return follows(character, condition, trial) if trial == 3 else None
        return follows(character, condition, trial) if character == "bo" and trial < 5 else "B"

    summary = Conformity().summarise(rows(reply))
    found = rate(summary)
    # Ada errs in the one trial that she answers, Bo in two of four, Cy in none: each counts the same.
    assert found["beyond_control"] == pytest.approx(50) and found["against_people"]["points"] == pytest.approx(50 - 32)
    assert found["conformity"] == pytest.approx(100 * 3 / 9)
