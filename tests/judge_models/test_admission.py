"""Admission of judges: its level whatever the dependence of a character's checks, and its power."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.judge_models.admission import KnownAnswerCheck, admit_judge, chance_p_value


def checks(right: int, of: int, options: int = 4, sets: int = 1) -> list[KnownAnswerCheck]:
    """Checks of so many characters, every set of `right` of them identified."""
    return [KnownAnswerCheck("j", f"c{place}", options, place < right) for place in range(of) for _ in range(sets)]


@pytest.mark.parametrize("sets", [1, 5])
@pytest.mark.parametrize(("characters", "needed"), [(3, 3), (4, 4), (6, 4), (12, 7)])
def test_whole_characters_are_counted_as_by_a_binomial_test(characters: int, needed: int, sets: int) -> None:
    # The fewest with a binomial tail of 5 % or less: 7 of 12 at 1/4 have 1.4 %, 6 have 5.4 %.
    assert admit_judge("j", checks(needed, characters, sets=sets)).admitted
    assert not admit_judge("j", checks(needed - 1, characters, sets=sets)).admitted


def test_a_judge_right_on_half_of_the_sets_of_every_character_is_admitted() -> None:
    # 24 of 48 sets, two of each character; with one of each it is chance.
    found = [
        admit_judge("j", [KnownAnswerCheck("j", f"c{c}", 4, s < right) for c in range(12) for s in range(4)]) for right in (2, 1)
    ]
    assert [(f.right, f.trials, f.accuracy, f.admitted) for f in found] == [(24, 48, 50.0, True), (12, 48, 25.0, False)]


def test_two_characters_of_four_cannot_admit_a_judge() -> None:
    found = admit_judge("j", checks(2, 2, sets=10))
    assert (found.p, found.least) == (1 / 16, 1 / 16) and not found.possible and not found.admitted


def test_a_judge_without_checks_is_not_admitted() -> None:
    assert not admit_judge("j", []).admitted and admit_judge("j", []).p is None
    assert not admit_judge("another", checks(6, 6)).admitted


def test_checks_with_more_options_count_for_more() -> None:
    two, ten = admit_judge("j", checks(4, 6, options=2)), admit_judge("j", checks(4, 6, options=10))
    assert two.p is not None and ten.p is not None and ten.p < 0.05 < two.p
    mixed = admit_judge("j", [*checks(4, 6, options=2), *checks(4, 6, options=10)])
    assert mixed.chance == pytest.approx((1 / 2 + 1 / 10) / 2)


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, 4, 6]), st.sampled_from([2, 3, 4, 5])), min_size=1, max_size=7))
def test_guessing_has_a_p_of_x_with_probability_x_at_most(designs: list[tuple[int, int]]) -> None:
    """Exact over all outcomes: each character's sets are all right or all wrong, which is the worst dependence."""
    chances = np.array([1 / options for _, options in designs])
    small = {0.01: 0.0, 0.05: 0.0, 0.2: 0.0}
    for outcome in range(2 ** len(designs)):
        right = np.array([float(outcome >> place & 1) for place in range(len(designs))])
        p = chance_p_value(right, chances)
        for level in small:
            small[level] += float(np.prod(np.where(right == 1, chances, 1 - chances))) * (p <= level)
    assert all(share <= level + 1e-12 for level, share in small.items())


@pytest.mark.parametrize("rho", [0.0, 0.5, 1.0])
def test_size_and_power_at_twelve_characters_with_four_sets(rho: float) -> None:
    draw, runs, chances = np.random.default_rng(3), 1000, np.full(12, 0.25)

    def admitted(accuracy: float) -> float:
        common, own = draw.random((runs, 12, 1)) < accuracy, draw.random((runs, 12, 4)) < accuracy
        shares = np.where(draw.random(own.shape) < np.sqrt(rho), common, own).mean(axis=2)
        return float(np.mean([chance_p_value(judge, chances) <= 0.05 for judge in shares]))

    assert admitted(0.25) <= 0.05 and admitted(0.6) >= 0.6


@pytest.mark.parametrize(("characters", "methods"), [(3, 3), (6, 3), (6, 10), (12, 4)])
@pytest.mark.parametrize("liking", ["one for all", "one a character"])
def test_admission_keeps_its_level_for_judges_that_guess_with_preferences(characters: int, methods: int, liking: str) -> None:
    draw, runs, library = random.Random(7), 400, range(12)
    admitted = 0
    for _ in range(runs):
        favour = [draw.gauss(0, 3) for _ in library]
        found = []
        for character in range(characters):
            if liking == "one a character":
                favour = [draw.gauss(0, 3) for _ in library]
            for _ in range(methods):
                lives = [character, *draw.sample([life for life in library if life != character], 3)]
                picked = max(lives, key=lambda life: favour[life] + draw.gauss(0, 1))
                found.append(KnownAnswerCheck("j", str(character), 4, picked == character))
        admitted += admit_judge("j", found).admitted
    assert admitted / runs <= 0.05
