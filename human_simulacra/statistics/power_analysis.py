"""Power analysis: the smallest difference that the sign-flip test would detect with the given number of characters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np

ALPHA, POWER = 0.05, 0.8  # the conventional levels of Cohen (1988)
MAX_SIMULATED_CLUSTERS = 8  # with more clusters, the t test's power is close enough to the sign-flip test's
SIMULATED_DATA_SETS = 20_000  # estimates power to a third of a percentage point


def detectable_difference(differences: Sequence[float], max_difference: float = math.inf) -> float:
    """Returns the smallest mean difference for which `sign_flip_p` is below 0.05 with 80 % power.

    It is the sample standard deviation times `detectable_effect_size`, which assumes normal differences.

    Args:
        differences: One per cluster, shape (clusters,), in the unit of the result.
        max_difference: The largest difference that the scale allows.

    Returns:
        The difference; NaN if the differences do not vary, if p cannot fall below 0.05, or if the result exceeds
        `max_difference`.
    """
    deviation = sample_deviation(differences)
    if not deviation:
        return math.nan
    found = deviation * detectable_effect_size(len(differences))
    return found if found <= max_difference else math.nan


@cache
def detectable_effect_size(clusters: int) -> float:
    """Returns the effect size (Cohen's dz) that `sign_flip_p` detects at 0.05 with 80 % power, for normal differences.

    The p value is a multiple of 2 / 2**n, so the true level is the largest such multiple below 0.05. From nine clusters on,
    the power of the paired t test at this level (`statsmodels.stats.power.TTestPower`) is within half a percentage point.
    With fewer clusters it is too high, so the sign-flip test is simulated with a fixed seed.

    Returns:
        The effect size; NaN below six clusters, whose smallest p value, 2 / 2**n, exceeds 0.05.
    """
    flips = 2.0 ** (min(clusters, 50) - 1)  # half of all sign flips; the other half mirrors them
    level = math.floor(ALPHA * flips) / flips
    if not level:
        return math.nan
    # statsmodels takes a second to import, and scoring does not need it.
    from statsmodels.stats.power import TTestPower

    effect = float(TTestPower().solve_power(effect_size=None, nobs=clusters, alpha=level, power=POWER))
    return _simulated_effect(clusters, effect) if clusters <= MAX_SIMULATED_CLUSTERS else effect


def _simulated_effect(clusters: int, guess: float) -> float:
    """Returns the effect size at which the exact sign-flip test reaches `POWER` in simulated normal data, by bisection."""
    noise = np.random.default_rng(0).normal(size=(SIMULATED_DATA_SETS, clusters))
    signs = np.array(list(product((1.0,), *[(1.0, -1.0)] * (clusters - 1)))).T  # the test is two-sided: fix one sign
    flipped, drift = noise @ signs, signs.sum(axis=0)

    def power(effect: float) -> float:
        sums = np.abs(flipped + effect * drift)
        p = np.mean(sums >= sums[:, :1] * (1 - 1e-9), axis=1)  # the first column is the observed sum
        return float(np.mean(p < ALPHA))

    low, high = guess / 2, guess * 2
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if power(middle) < POWER else (low, middle)
    return high


def sample_deviation(differences: Sequence[float]) -> float:
    """Returns the sample standard deviation (ddof 1), or 0 for fewer than two values or mere rounding error."""
    if len(differences) < 2:
        return 0.0
    deviation = float(np.std(differences, ddof=1))
    return deviation if deviation > 1e-9 * max(1.0, float(np.max(np.abs(differences)))) else 0.0
