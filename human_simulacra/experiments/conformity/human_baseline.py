"""The human baseline of the conformity experiment, and a method's distance from it.

In the replication by Franzen & Mader (2023, PLOS ONE), 210 students erred on 33 % of the critical trials. They had no control
without confederates. Asch (1955, Scientific American) reports fewer than 1 % of errors for people who match the lines alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

HUMAN_RATE, HUMAN_N, HUMAN_ALONE = 33.0, 210, 1.0
MIN_CHARACTERS = 3  # for a test
MAX_ALONE = 20.0  # errors in the control, in percent, beyond which characters are not compared with people


@dataclass(frozen=True)
class HumanBaseline:
    """The students' error rate on critical trials and its 95 % interval in percent, their number, and people's rate alone."""

    rate: float
    n: int
    low: float
    high: float
    alone: float


@dataclass(frozen=True)
class BaselineDistance:
    """The characters' mean error beyond control minus that of people, in percentage points.

    `p` is None below three characters, and for characters who err alone: they show nothing by erring under pressure, too.
    """

    points: float
    p: float | None


def human_baseline() -> HumanBaseline:
    """Returns the students' error rate with its 95 % interval (Wilson 1927), by statsmodels `proportion_confint`.

    Each student counts as one answer, which gives the widest interval, since the dependence within students is unknown.
    """
    from statsmodels.stats.proportion import proportion_confint

    low, high = 100 * np.asarray(proportion_confint(HUMAN_RATE / 100 * HUMAN_N, HUMAN_N, method="wilson"), dtype=float)
    return HumanBaseline(HUMAN_RATE, HUMAN_N, float(low), float(high), HUMAN_ALONE)


def distance_from_baseline(errors: Sequence[tuple[int, int, int]]) -> BaselineDistance | None:
    """Compares characters with people by a t test with unequal variances, with one error beyond control per person.

    Few characters who always or never yield would show no variance, however different such characters are. So the test adds
    one character who always yields and one who never does (Agresti & Caffo 2000, for two proportions):
    t = (m - h) / sqrt(v / (k + 2) + s (1 - s) / 210) with k - 1 degrees of freedom; m and v are mean and variance of the k + 2
    rates, s is the students' error rate, with the largest variance possible for this mean, and h their error beyond control.
    Below five characters p cannot be below 0.05.

    Args:
        errors: (errors under pressure, errors in the control, trials) of each character, on critical trials.

    Returns:
        None if there are no characters.
    """
    from scipy.stats import t as student

    if not errors:
        return None
    pressed, alone, trials = np.asarray(errors, dtype=float).T
    beyond, students, human = (pressed - alone) / trials, HUMAN_RATE / 100, (HUMAN_RATE - HUMAN_ALONE) / 100
    points = 100 * (float(np.mean(beyond)) - human)
    if len(beyond) < MIN_CHARACTERS or 100 * float(np.mean(alone / trials)) > MAX_ALONE:
        return BaselineDistance(points, None)
    widened = np.append(beyond, (1.0, 0.0))
    error = math.sqrt(float(np.var(widened, ddof=1)) / len(widened) + students * (1 - students) / HUMAN_N)
    return BaselineDistance(points, float(2 * student.sf(abs(float(np.mean(widened)) - human) / error, len(beyond) - 1)))
