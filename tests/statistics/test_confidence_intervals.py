"""Intervals and comparisons on data with known answers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.results.scored_rows import ScoredRow, compare_all_models, group_scores
from human_simulacra.statistics import cluster_bootstrap, paired_difference


def test_the_value_is_the_percentage_of_maximum_points() -> None:
    assert cluster_bootstrap([2, 0, 6], [2, 2, 6], ["a", "b", "c"]).value == pytest.approx(80.0)


def test_characters_that_differ_give_a_wider_interval_than_rows_do() -> None:
    points = [1.0] * 20 + [0.0] * 20
    between = cluster_bootstrap(points, [1.0] * 40, ["a"] * 10 + ["b"] * 10 + ["c"] * 10 + ["d"] * 10)
    within = cluster_bootstrap(points, [1.0] * 40, [f"{i}" for i in range(40)])
    assert between.high - between.low > 2 * (within.high - within.low)


def test_one_row_has_no_interval() -> None:
    only = cluster_bootstrap([1], [2], ["a"])
    assert only.value == 50.0 and math.isnan(only.low)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    import numpy as np

    rng = np.random.default_rng(1)
    hits = 0
    for trial in range(200):
        skill = rng.normal(0.5, 0.1, size=30)
        rows = (rng.random((30, 10)) < skill[:, None]).astype(float).ravel()
        found = cluster_bootstrap(list(rows), [1.0] * 300, [f"{i // 10}" for i in range(300)], seed=trial)
        hits += found.low <= 50.0 <= found.high
    assert 0.88 <= hits / 200 <= 0.99


def test_a_constant_lead_is_certain() -> None:
    lead = paired_difference([2, 2, 2, 2], [0, 0, 0, 0], [2, 2, 2, 2], list("abcd"))
    assert (lead.value, lead.low, lead.high) == (100.0, 100.0, 100.0)


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abc")), min_size=1, max_size=30))
def test_the_interval_holds_the_value_and_stays_in_range(rows: list[tuple[int, str]]) -> None:
    found = cluster_bootstrap([p for p, _ in rows], [6] * len(rows), [c for _, c in rows])
    assert math.isnan(found.low) or (0 <= found.low <= found.value + 1e-9 and found.value - 1e-9 <= found.high <= 100)


def test_rows_of_different_number_are_refused() -> None:
    with pytest.raises(ValueError, match="equal number"):
        cluster_bootstrap([1], [1, 2], ["a"])


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
