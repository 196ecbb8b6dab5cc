"""The human baseline of the conformity experiment, and a method's distance from it.

In the replication by Franzen & Mader (2023, PLOS ONE), 210 students erred on 33 % of the critical trials.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

HUMAN_RATE, HUMAN_N = 33.0, 210
MIN_CHARACTERS = 3  # for a test


@dataclass(frozen=True)
class HumanBaseline:
    """The students' error rate on critical trials and its 95 % interval in percent, and their number."""

    rate: float
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class BaselineDistance:
    """The characters' mean error rate minus the students', in percentage points; `p` is None below three characters."""

    points: float
    p: float | None


def human_baseline() -> HumanBaseline:
    """Returns the students' error rate with its 95 % interval (Wilson 1927), by statsmodels `proportion_confint`.

    Each student counts as one answer, which gives the widest interval, since the dependence within students is unknown.
    """
    low, high = 100 * np.asarray(proportion_confint(HUMAN_RATE / 100 * HUMAN_N, HUMAN_N, method="wilson"), dtype=float)
    return HumanBaseline(HUMAN_RATE, HUMAN_N, float(low), float(high))


def distance_from_baseline(errors: Sequence[tuple[int, int]]) -> BaselineDistance | None:
    """Compares characters with students by a t test with unequal variances, with one error rate per person.

    t = (m - h) / sqrt(v / k + h (1 - h) / 210) with k - 1 degrees of freedom, which is conservative (Welch's are no fewer); m
    is the mean rate of the k characters and h the students' rate, with the largest variance possible for this mean. v is the
    variance of the characters' rates, but at least the binomial variance from their few trials: the mean of q (1 - q) / n
    with q = (x + 0.5) / (n + 1) for x errors in n trials. Otherwise equal rates would seem to have no error.

    Args:
        errors: (wrong, total) critical trials of each character.

    Returns:
        None if there are no characters.
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
