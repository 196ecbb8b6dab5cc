"""The human baseline of the conformity experiment, and how far a method is from it.

Franzen and Mader (2023, PLOS ONE) repeated Asch's experiment with 210 students, who erred on 33 % of the critical trials.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

HUMAN_RATE, HUMAN_N = 33.0, 210
MIN_CHARACTERS = 3  # of a test


@dataclass(frozen=True)
class HumanBaseline:
    """The students' error rate on critical trials in percent, its 95 % interval, and how many they were."""

    rate: float
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class BaselineDistance:
    """How many percentage points characters' mean error rate is above the students', and how likely so much is by chance.

    `p` is None where there are fewer than three characters, which say too little about how characters differ.
    """

    points: float
    p: float | None


def human_baseline() -> HumanBaseline:
    """Returns the students' error rate with Wilson's 95 % interval.

    Every student counts as one answer, the widest that the interval can be: the rate does not tell how alike the several
    answers of one student are.
    """
    low, high = 100 * np.asarray(proportion_confint(HUMAN_RATE / 100 * HUMAN_N, HUMAN_N, method="wilson"), dtype=float)
    return HumanBaseline(HUMAN_RATE, HUMAN_N, float(low), float(high))


def distance_from_baseline(errors: Sequence[tuple[int, int]]) -> BaselineDistance | None:
    """Compares characters with students by a t test of unequal variances, each person's error rate being one observation.

    t = (m - h) / sqrt(v / k + h (1 - h) / 210), with k - 1 degrees of freedom: m is the mean of the k characters' rates, h the
    students' rate. Welch's own degrees of freedom are no fewer, since they count the students too. The students' rates get the
    largest variance that rates with this mean can have. The characters' v is the variance of their rates, but no less than the
    few trials of each would scatter its rate by themselves: the mean of q (1 - q) / n with q = (x + 0.5) / (n + 1) for x
    errors in n trials. Otherwise characters with equal rates by chance would seem to be known without error.

    Args:
        errors: For each character how many critical trials it got wrong, and of how many.

    Returns:
        None where there is no character.
    """
    if not errors:
        return None
    wrong, trials = np.asarray(errors, dtype=float).T
    rates, human = wrong / trials, HUMAN_RATE / 100
    points = 100 * (float(np.mean(rates)) - human)
    if len(rates) < MIN_CHARACTERS:
        return BaselineDistance(points, None)
    smoothed = (wrong + 0.5) / (trials + 1)
    variance = max(float(np.var(rates, ddof=1)), float(np.mean(smoothed * (1 - smoothed) / trials)))
    error = 100 * math.sqrt(variance / len(rates) + human * (1 - human) / HUMAN_N)
    return BaselineDistance(points, float(2 * student.sf(abs(points) / error, len(rates) - 1)))
