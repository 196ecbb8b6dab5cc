"""Correction of judges' figures: simulated judges with a known error, and data that can be counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.judge_correction import MeanCase, ShareCase, coverage, simulate_mean, simulate_share
from human_simulacra.statistics.judge_correction import CorrectedFigure, KnownVerdict, correct_mean, correct_share

NAMES = [f"c{place % 12}" for place in range(120)]
NAN = float("nan")


@pytest.mark.parametrize("case", [MeanCase(180, 60, 0.8, 0.5), MeanCase(480, 60, -0.8, 1.0)])
def test_the_corrected_mean_of_a_biased_judge_covers_the_truth(case: MeanCase) -> None:
    own, corrected, _ = coverage(lambda draw: simulate_mean(case, draw), 300)
    assert own < 20 and 93 <= corrected <= 97


@pytest.mark.parametrize("case", [ShareCase(0.1, 0.95, 0.7, 6), ShareCase(0.4, 0.7, 0.97, 6)])
def test_the_corrected_share_of_a_judge_that_errs_covers_the_truth(case: ShareCase) -> None:
    own, corrected, _ = coverage(lambda draw: simulate_share(case, draw), 300)
    assert own < 75 and 93 <= corrected <= 97


def test_a_judge_that_agrees_with_people_is_not_changed() -> None:
    judged = np.random.default_rng(0).random(120)
    graded = np.where(np.arange(120) % 5 < 3, judged, NAN)
    found = correct_mean(judged.tolist(), graded.tolist(), NAMES)
    assert found.known == 72 and found.low < 100 * judged.mean() < found.high
    alone = correct_mean([0.5] * 120, graded.tolist(), NAMES)  # a judge that says nothing: the people's mean
    assert alone.value == pytest.approx(100 * judged[~np.isnan(graded)].mean())
    assert abs(found.value - 100 * judged.mean()) < abs(alone.value - 100 * judged.mean())
    assert found.high - found.low < alone.high - alone.low
    # Where people graded everything, their mean is the figure.
    assert correct_mean(judged.tolist(), [0.25] * 120, NAMES).value == pytest.approx(25.0)


def test_a_constant_shift_is_removed() -> None:
    truth = np.random.default_rng(1).random(120) / 2
    graded = np.where(np.arange(120) % 5 < 3, truth, NAN).tolist()
    plain, shifted = (correct_mean((truth + shift).tolist(), graded, NAMES) for shift in (0.0, 0.4))
    assert (shifted.value, shifted.low) == pytest.approx((plain.value, plain.low))


def known(hits: int, alarms: int, of: int = 24) -> list[KnownVerdict]:
    """Verdicts on `of` positive and `of` negative items, so many of each called positive."""
    return [KnownVerdict(float(place < most), truth, f"c{place % 12}") for truth, most in ((True, hits), (False, alarms))
            for place in range(of)]  # fmt: skip


def test_rogan_and_gladen_by_hand() -> None:
    # Sensitivity 18/24, false positives 6/24: 45 % called positive is (0.45 - 0.25) / (0.75 - 0.25) = 40 % in truth.
    judged = [float(place < 54) for place in range(120)]
    found = correct_share(judged, NAMES, known(18, 6))
    assert found.value == pytest.approx(40, abs=1) and found.low < 25 and found.high > 55
    assert correct_share(judged, NAMES, known(24, 0)).value == pytest.approx(45, abs=1)
    # Fewer known items make the interval wider, also where the judge made no error on them.
    few = correct_share(judged, NAMES, known(12, 0, 12))
    many = correct_share(judged, NAMES, known(240, 0, 240))
    assert few.high - few.low > many.high - many.low


def test_the_share_of_a_judge_that_calls_all_positive_stays_within_0_and_100() -> None:
    found = correct_share([1.0] * 120, NAMES, known(18, 6))
    assert found.value == found.high == 100.0


@pytest.mark.parametrize(
    ("found", "note"),
    [
        (correct_mean([0.5] * 120, [0.5] * 12 + [NAN] * 108, NAMES), "needs 30 items graded by people, has 12"),
        (correct_mean([0.5] * 60, [0.5] * 60, ["a", "b"] * 30), "needs 6 characters, has 2"),
        (correct_share([1.0] * 12, NAMES[:12], known(4, 1, 5)), "needs 10 items of either kind with a known truth, has 5"),
        (correct_share([1.0] * 12, NAMES[:12], known(12, 12)), "the judge does not tell the two kinds apart"),
        (correct_share([1.0] * 12, NAMES[:12], []), "needs 10 items of either kind with a known truth, has 0"),
    ],
)
def test_where_there_is_no_correction_the_reason_is_given(found: CorrectedFigure, note: str) -> None:
    assert found.note == note and math.isnan(found.value)
