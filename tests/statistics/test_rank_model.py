"""Rankings with ties: data whose probabilities can be computed by hand, and identities that hold for all data."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_simulacra.statistics import cluster_interval
from human_simulacra.statistics.rank_model import RankModel, fit_ranks


def fit(*outcomes: tuple[int, dict[str, float]]) -> RankModel:
    """Fits rankings, each as often as it is said, spread over four characters."""
    rankings = [ranking for count, ranking in outcomes for _ in range(count)]
    return fit_ranks(rankings, [f"c{place % 4}" for place in range(len(rankings))])


def test_two_models_have_the_share_of_their_wins_and_a_tie_counts_half() -> None:
    wins = fit((30, {"a": 1, "b": 2}), (10, {"a": 2, "b": 1}))
    assert wins.preference("a", "b").value == pytest.approx(75.0, abs=0.01)
    assert wins.expected_rank("a").value == pytest.approx(1.25, abs=1e-4)
    ties = fit((12, {"a": 1, "b": 2}), (4, {"a": 2, "b": 1}), (24, {"a": 1.5, "b": 1.5}))
    assert ties.preference("a", "b").value == pytest.approx(60.0, abs=0.01)
    # The worths are 12 to 4, and the tie parameter is 24 / sqrt(12 * 4).
    assert math.exp(ties.worths[0] - ties.worths[1]) == pytest.approx(3.0, rel=1e-4)
    assert math.exp(ties.ties) == pytest.approx(24 / math.sqrt(48), rel=1e-4)


def test_models_that_never_met_are_compared_through_a_third() -> None:
    found = fit((30, {"a": 1, "b": 2}), (10, {"a": 2, "b": 1}), (30, {"b": 1, "c": 2}), (10, {"b": 2, "c": 1}))
    assert found.preference("a", "c").value == pytest.approx(90.0, abs=0.01)  # odds of 3 times 3
    assert found.expected_rank("a").value == pytest.approx(1 + 0.25 + 0.1, abs=1e-3)


def test_models_without_any_connection_have_no_rank() -> None:
    found = fit((4, {"a": 1, "b": 2}), (4, {"c": 1, "d": 2}))
    assert math.isnan(found.expected_rank("a").value) and math.isnan(found.preference("a", "c").low)


def test_a_model_that_always_wins_has_rank_1_and_an_exact_bound() -> None:
    found = fit((20, {"a": 1, "b": 2, "c": 3}), (20, {"a": 1, "b": 3, "c": 2}))
    best, preferred = found.expected_rank("a"), found.preference("a", "c")
    assert (best.value, best.low) == (1.0, 1.0) and 1.05 < best.high < 1.8
    assert (preferred.value, preferred.high) == (100.0, 100.0) and 60 < preferred.low < 95
    assert found.expected_rank("b").value == pytest.approx(2.5, abs=1e-4)


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 5), st.integers(0, 10_000))
def test_expected_ranks_of_complete_rankings_are_mean_ranks_with_their_interval(count: int, seed: int) -> None:
    draw, names = random.Random(seed), "abcde"[:count]
    clusters = [f"c{place // 6}" for place in range(36)]
    rankings = []
    for _ in clusters:
        scores = {name: draw.choice([0, 1, 2, place]) for place, name in enumerate(names)}
        rankings.append({
            name: sum(other < score for other in scores.values()) + (list(scores.values()).count(score) + 1) / 2
            for name, score in scores.items()
        })  # fmt: skip
    model = fit_ranks(rankings, clusters)
    for name in names:
        own = [ranking[name] for ranking in rankings]
        found, expected = model.expected_rank(name), cluster_interval([r / 100 for r in own], [1.0] * 36, clusters, (1.0, count))
        assert found.value == pytest.approx(sum(own) / 36, abs=2e-4)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=2e-3)
    total = sum(model.preference(a, b).value for a, b in ((names[0], names[1]), (names[1], names[0])))
    assert total == pytest.approx(100.0, abs=0.03)


def test_rankings_of_nothing_are_refused() -> None:
    for rankings, clusters in (([], []), ([{"a": 1.0}], ["c"]), ([{"a": 1.0, "b": 2.0}], ["c", "d"])):
        with pytest.raises(ValueError, match="need rankings of two or more"):
            fit_ranks(rankings, clusters)
