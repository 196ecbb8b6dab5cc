"""The human yardstick of the conformity experiment and how far a method is from it.

Franzen and Mader (2023, PLOS ONE) repeated Asch's experiment with 210 students, who erred on 33 % of the critical trials.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import ttest_ind_from_stats
from statsmodels.stats.proportion import proportion_confint

HUMAN_RATE, HUMAN_N = 33.0, 210


@dataclass(frozen=True)
class HumanRate:
    """The students' error rate on critical trials in percent, its 95 % interval, and how many they were."""

    rate: float
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class Distance:
    """How many percentage points characters' mean error rate is above the students', and how likely so much is by chance."""

    points: float
    p: float


def human_rate() -> HumanRate:
    """Returns the yardstick with Wilson's interval.

    Every student counts as one answer, the widest that the interval can be: the rate does not tell how alike the several
    answers of one student are.
    """
    low, high = 100 * np.asarray(proportion_confint(HUMAN_RATE / 100 * HUMAN_N, HUMAN_N, method="wilson"), dtype=float)
    return HumanRate(HUMAN_RATE, HUMAN_N, float(low), float(high))


def distance_from_people(rates: Sequence[float]) -> Distance | None:
    """Compares characters with students by Welch's t test, each person's error rate being one observation.

    The students' rates get the largest standard deviation that rates with this mean can have, so that p errs upward.

    Args:
        rates: The characters' error rates on critical trials in percent, shape (characters,).

    Returns:
        None where there are fewer than two characters, which say nothing about how characters differ.
    """
    if len(rates) < 2:
        return None
    spread = math.sqrt(HUMAN_RATE * (100 - HUMAN_RATE))
    mean, deviation = float(np.mean(rates)), float(np.std(rates, ddof=1))
    test = ttest_ind_from_stats(mean, deviation, len(rates), HUMAN_RATE, spread, HUMAN_N, equal_var=False)
    return Distance(mean - HUMAN_RATE, float(test.pvalue))
