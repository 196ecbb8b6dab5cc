"""What data could have shown: the smallest difference that the permutation test beside it would find."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np

ALPHA, POWER = 0.05, 0.8
MAX_SIMULATED_CLUSTERS = 8  # clusters up to which the sign-flip test's power is simulated: the t test's power is too high there
SIMULATED_DATA_SETS = 20_000  # simulated data sets: power to a third of a percentage point


def detectable_difference(differences: Sequence[float], max_difference: float = math.inf) -> float:
    """Returns the smallest mean difference for which `sign_flip_p` is below 5 % with 80 % power.

    It is the standard deviation that the differences show times a standardised effect that depends on their number alone
    (`detectable_effect`), both for normal differences.

    Args:
        differences: One a cluster, in the unit of the answer.
        most: The largest difference that the scale allows.

    Returns:
        The difference; NaN where the differences do not vary, which says nothing about other data, where the test can never
        be below 5 %, and where only a difference larger than the scale allows could be shown.
    """
    deviation = sample_deviation(differences)
    if not deviation:
        return math.nan
    found = deviation * detectable_effect_size(len(differences))
    return found if found <= max_difference else math.nan


@cache
def detectable_effect_size(clusters: int) -> float:
    """Returns the mean in standard deviations that `sign_flip_p` finds below 5 % with 80 % power, for normal differences.

    The test's p is a multiple of 2 / 2**n, so its true level is the largest such multiple below 5 %. From nine clusters on its
    power is that of the paired t test at this level (noncentral t distribution, by statsmodels), to within half a percentage
    point; below, the t test promises too much and the test itself is simulated, with a fixed seed.

    Returns:
        The effect; NaN below six clusters, whose smallest p, 2 / 2**n, is above 5 %.
    """
    flips = 2.0 ** (min(clusters, 50) - 1)  # half of all sign flips: the other half has the same sums with the other sign
    level = math.floor(ALPHA * flips) / flips
    if not level:
        return math.nan
    # statsmodels takes a second to import, and scoring does not need it.
    from statsmodels.stats.power import TTestPower

    effect = float(TTestPower().solve_power(effect_size=None, nobs=clusters, alpha=level, power=POWER))
    return _simulated_effect(clusters, effect) if clusters <= MAX_SIMULATED_CLUSTERS else effect


def _simulated_effect(clusters: int, guess: float) -> float:
    """Returns the effect at which the exact sign-flip test has its power in simulated normal data, by bisection."""
    noise = np.random.default_rng(0).normal(size=(SIMULATED_DATA_SETS, clusters))
    signs = np.array(list(product((1.0,), *[(1.0, -1.0)] * (clusters - 1)))).T  # the sum is two-sided: one sign is fixed
    flipped, drift = noise @ signs, signs.sum(axis=0)

    def power(effect: float) -> float:
        sums = np.abs(flipped + effect * drift)
        p = np.mean(sums >= sums[:, :1] * (1 - 1e-9), axis=1)  # the first column is the sum as it is
        return float(np.mean(p < ALPHA))

    low, high = guess / 2, guess * 2
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if power(middle) < POWER else (low, middle)
    return high


def sample_deviation(differences: Sequence[float]) -> float:
    """Returns the standard deviation, 0 where it is nothing but rounding."""
    if len(differences) < 2:
        return 0.0
    deviation = float(np.std(differences, ddof=1))
    return deviation if deviation > 1e-9 * max(1.0, float(np.max(np.abs(differences)))) else 0.0
