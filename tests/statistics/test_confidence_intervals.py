"""Intervals and comparisons on data with known answers."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from human_simulacra.results.scored_rows import ScoredRow, compare_all_models, group_scores
from human_simulacra.statistics import Estimate, cluster_interval, difference_interval, mean_interval

ROWS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abcd")), min_size=1, max_size=30)


def interval(found: Estimate) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def test_the_value_is_the_percentage_of_maximum_points() -> None:
    assert cluster_interval([2, 0, 6], [2, 2, 6], ["a", "b", "c"]).value == pytest.approx(80.0)


def test_without_a_known_range_it_is_the_t_interval_of_the_textbook() -> None:
    values = [3.0, 5.0, 9.0, 12.0]
    expected = stats.ttest_1samp(values, 0.0).confidence_interval()
    assert interval(mean_interval(values, (-math.inf, math.inf))) == pytest.approx((7.25, expected.low, expected.high))


def test_a_rate_has_the_t_interval_of_its_characters_on_the_logit_scale() -> None:
    # By hand: characters have 80, 60 and 70 %; mean 0.7, standard error 0.1 / sqrt(3), on the logit scale / (0.7 * 0.3).
    points = [1.0] * 80 + [0.0] * 20 + [1.0] * 60 + [0.0] * 40 + [1.0] * 70 + [0.0] * 30
    half = stats.t.ppf(0.975, 2) * 0.1 / math.sqrt(3) / 0.21
    expected = [100 / (1 + math.exp(-(math.log(0.7 / 0.3) + side * half))) for side in (-1, 1)]
    found = cluster_interval(points, [1.0] * 300, ["a"] * 100 + ["b"] * 100 + ["c"] * 100)
    assert interval(found) == pytest.approx((70.0, *expected))


def test_one_large_character_counts_as_fewer_degrees_of_freedom() -> None:
    # CR2 and Bell and McCaffrey's degrees of freedom of the constant, by their matrix formula.
    sizes, shares = [30, 5, 5], [0.5, 0.8, 0.2]
    weights = np.array(sizes) / 40
    value = float(weights @ shares)
    adjusted = np.diag(1 / np.sqrt(1 - weights)) @ (np.eye(3) - np.outer(weights, np.ones(3)))
    of_error = adjusted @ np.diag(sizes) @ adjusted.T
    freedom = np.trace(of_error) ** 2 / np.sum(of_error**2)
    error = math.sqrt(float(np.sum((weights * (np.array(shares) - value)) ** 2 / (1 - weights))))
    points = [1.0] * 15 + [0.0] * 15 + [1.0] * 4 + [0.0] + [1.0] + [0.0] * 4
    found = cluster_interval(points, [1.0] * 40, ["a"] * 30 + ["b"] * 5 + ["c"] * 5, (-math.inf, math.inf))
    half = 100 * stats.t.ppf(0.975, freedom) * error
    assert freedom < 1.9 and interval(found) == pytest.approx((50.0, 50 - half, 50 + half))


def test_characters_that_differ_give_a_wider_interval_than_rows_do() -> None:
    points = [1.0] * 16 + [0.0] * 24
    between = cluster_interval(points, [1.0] * 40, ["a"] * 10 + ["b"] * 10 + ["c"] * 10 + ["d"] * 10)
    within = cluster_interval(points, [1.0] * 40, [f"{i}" for i in range(40)])
    assert between.high - between.low > 2 * (within.high - within.low)


def test_one_row_has_no_interval_and_one_character_that_of_its_rows() -> None:
    only = cluster_interval([1], [2], ["a"])
    assert only.value == 50.0 and math.isnan(only.low)
    points = [1.0, 0.0, 1.0, 1.0]
    assert cluster_interval(points, [1.0] * 4, ["a"] * 4) == cluster_interval(points, [1.0] * 4, list("abcd"))


def test_values_near_the_end_are_judged_from_the_side_of_the_estimate_alone() -> None:
    # By hand: characters have 90, 90 and 75 %; mean 0.85, standard error 0.05. The score test with t of 5 % at one side.
    points = [1.0] * 18 + [0.0] * 2 + [1.0] * 18 + [0.0] * 2 + [1.0] * 15 + [0.0] * 5
    found = cluster_interval(points, [1.0] * 60, ["a"] * 20 + ["b"] * 20 + ["c"] * 20)
    excess = (stats.t.ppf(0.95, 2) * 0.05) ** 2 / (0.85 * 0.15)
    expected = 100 * (0.85 + excess / 2 + math.sqrt(excess * 0.85 * 0.15 + excess**2 / 4)) / (1 + excess)
    on_logit = stats.t.ppf(0.975, 2) * 0.05 / (0.85 * 0.15)
    assert found.high == pytest.approx(expected) and expected < 100 / (1 + math.exp(-(math.log(0.85 / 0.15) + on_logit))) - 1
    wrong = cluster_interval([1 - p for p in points], [1.0] * 60, ["a"] * 20 + ["b"] * 20 + ["c"] * 20)
    assert interval(wrong) == pytest.approx((15.0, 100 - found.high, 100 - found.low))


def test_one_wrong_answer_does_not_exclude_that_nearly_none_is() -> None:
    found = cluster_interval([0.0] + [1.0] * 59, [1.0] * 60, ["a"] * 20 + ["b"] * 20 + ["c"] * 20)
    # Clopper and Pearson at one side: 59 independent answers vary as these 60 do.
    assert found.high == pytest.approx(100 * stats.beta.ppf(0.95, 59 * 59 / 60 + 1, 59 / 60)) and found.high > 99.9


@pytest.mark.parametrize("rows", [2, 12, 200])
def test_equal_rows_have_the_exact_bounds_of_clopper_and_pearson(rows: int) -> None:
    expected = stats.binomtest(0, rows).proportion_ci(method="exact").high
    people = [f"c{i}" for i in range(rows)]
    never, always = cluster_interval([0.0] * rows, [1.0] * rows, people), cluster_interval([2.0] * rows, [2.0] * rows, people)
    assert interval(never) == pytest.approx((0.0, 0.0, 100 * expected))
    assert interval(always) == pytest.approx((100.0, 100 - 100 * expected, 100.0))


def test_equal_rows_of_few_characters_say_less_than_those_of_many() -> None:
    ones = [1.0] * 60
    three = cluster_interval(ones, ones, [f"c{i % 3}" for i in range(60)])
    thirty = cluster_interval(ones, ones, [f"c{i % 30}" for i in range(60)])
    assert three.low < thirty.low < 100 and three.high == thirty.high == 100
    # Two characters say no less than two independent rows.
    assert cluster_interval(ones, ones, [f"c{i % 2}" for i in range(60)]).low == pytest.approx(100 * 0.025**0.5)


def test_characters_with_equal_scores_have_the_interval_of_their_rows() -> None:
    points = [1.0, 0.0] * 10
    by_row = cluster_interval(points, [1.0] * 20, [f"{i}" for i in range(20)])
    assert interval(cluster_interval(points, [1.0] * 20, ["a"] * 10 + ["b"] * 10)) == pytest.approx(interval(by_row))


def test_equal_answers_of_two_methods_leave_room_for_a_difference() -> None:
    same = difference_interval([1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 1.0, 0.0], [1.0] * 4, list("abcd"))
    assert same.value == 0 and same.low == pytest.approx(-same.high) and 0 < same.high < 100
    lead = difference_interval([2, 2, 2, 2], [0, 0, 0, 0], [2, 2, 2, 2], list("abcd"))
    assert lead.value == lead.high == 100.0 and lead.low < 0  # p of the sign-flip test is 0.125


def test_a_value_at_the_end_of_its_range_has_an_interval_though_its_rows_differ() -> None:
    # Points above readers: nothing is right, but readers knew more of one question than of the other.
    found = cluster_interval([-0.5, -0.2], [0.5, 0.8], ["a", "b"], (-70 / 1.3, 100.0))
    assert found.value == found.low == pytest.approx(-70 / 1.3) and found.low < found.high < 100


def test_equal_values_without_a_known_range_have_no_interval() -> None:
    assert math.isnan(mean_interval([0.5, 0.5], (-math.inf, math.inf)).low)


@given(ROWS)
def test_the_interval_holds_the_value_and_stays_in_range(rows: list[tuple[int, str]]) -> None:
    found = cluster_interval([p for p, _ in rows], [6] * len(rows), [c for _, c in rows])
    if len(rows) > 1:
        assert 0 <= found.low <= found.value <= found.high <= 100 and found.low < found.high


@given(ROWS, st.sampled_from([0.01, 3.0, 1e6]), st.randoms(use_true_random=False))
def test_scale_order_and_names_do_not_matter(rows: list[tuple[int, str]], scale: float, rng: random.Random) -> None:
    found = cluster_interval([p for p, _ in rows], [6] * len(rows), [c for _, c in rows])
    mixed = rng.sample(rows, len(rows))
    again = cluster_interval([scale * p for p, _ in mixed], [6 * scale] * len(rows), [f"{ord(c) * 7 % 11}" for _, c in mixed])
    assert interval(again) == pytest.approx(interval(found), rel=1e-6, abs=1e-6, nan_ok=True)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=12))
def test_a_mean_in_another_unit_has_the_same_interval_there(values: list[float]) -> None:
    found = mean_interval(values, (-1.0, 1.0))
    percent = mean_interval([50 + 50 * v for v in values], (0.0, 100.0))
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert interval(percent) == pytest.approx([50 + 50 * bound for bound in interval(found)], abs=1e-4)


@pytest.mark.parametrize(("share", "sd", "characters"), [(0.5, 0.1, 12), (0.95, 0.035, 12), (0.95, 0.035, 3)])
def test_the_interval_covers_the_truth_as_often_as_it_says(share: float, sd: float, characters: int) -> None:
    rng = np.random.default_rng(1)
    strength = share * (1 - share) / sd**2 - 1
    people = np.repeat([f"c{i}" for i in range(characters)], 20).tolist()
    hits = 0
    for _ in range(500):
        skill = rng.beta(share * strength, (1 - share) * strength, size=characters)
        points = (rng.random((characters, 20)) < skill[:, None]).astype(float).ravel()
        found = cluster_interval(points.tolist(), [1.0] * len(people), people)
        hits += found.low <= 100 * share <= found.high
    assert 0.92 <= hits / 500 <= 0.98


def test_rows_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="equal number"):
        cluster_interval([1], [1, 2], ["a"])
    with pytest.raises(ValueError, match="above 0"):
        cluster_interval([0, 0], [0, 0], ["a", "b"])
    with pytest.raises(ValueError, match="out of its possible range"):
        cluster_interval([3, 1], [1, 1], ["a", "b"])
    with pytest.raises(ValueError, match="need a value"):
        mean_interval([], (0.0, 1.0))


def row(model: str, number: int, points: float, **changes: object) -> ScoredRow:
    return ScoredRow(model, f"q{number}", f"c{number % 2}", "cloze", points, 2.0, points == 2, **changes)  # type: ignore[arg-type]


def test_figures_per_type_and_character_leave_missing_rows_out_and_count_them() -> None:
    rows = [row("m", 0, 2), row("m", 1, 0), row("m", 2, 0, missing=True)]
    by_key = {(f.type, f.character): f for f in group_scores(rows)}
    assert by_key["all", "all"].score.value == 50.0
    assert by_key["all", "all"].missing == 1
    assert by_key["cloze", "c0"].score.value == 100.0


def test_models_are_compared_on_the_rows_that_both_answered() -> None:
    rows = [row("x", 0, 2), row("x", 1, 2), row("y", 0, 0), row("y", 1, 2, missing=True)]
    (total, _) = compare_all_models(rows)
    assert (total.difference.rows, total.difference.value) == (1, 100.0)
