"""95 % confidence intervals of percentages, differences and means, with characters as clusters of dependent answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TAIL = 0.025  # the error of a two-sided 95 % interval at either end
PERCENTAGE = (0.0, 100.0)
ROUNDING = 1e-9  # differences below this share of the possible range are rounding errors
NEAR_END = 0.25  # the share of the range at either end in which values can be judged from one side
Bounds = tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """A value, usually in percent, with its 95 % interval; the bounds are NaN if there is none. `rows` is the sample size."""

    value: float
    low: float
    high: float
    rows: int


def cluster_interval(
    points: Sequence[float], max_points: Sequence[float], clusters: Sequence[str], bounds: Bounds = PERCENTAGE
) -> Estimate:
    """Estimates 100 * sum(points) / sum(max_points) with an interval over clusters.

    The interval is a t interval on the logit scale of the possible range, as survey statistics uses for proportions (Korn and
    Graubard 1999, Analysis of Health Surveys, section 3.2). Its standard error and degrees of freedom are those of Bell and
    McCaffrey (2002, Survey Methodology 28) for few clusters of unequal size. If clusters do not differ, rows are the units. If
    all rows are alike, see `_exact_interval`. Values so near an end of the range that only answers on their other side could
    contradict them are judged from that side alone, see `_one_sided_bounds`. `benchmarks/coverage.py` measures how often the
    intervals cover the truth.

    Args:
        points: Points of each row, shape (rows,).
        max_points: Maximum points of each row, shape (rows,), not negative; ones for a plain mean.
        clusters: Cluster of each row, shape (rows,). With a single cluster, rows are the units: the interval then only speaks
            of other rows of this cluster.
        bounds: Smallest and largest possible value, in percent; infinite if unknown.

    Returns:
        The percentage; the interval is NaN for a single row, and for rows that are all alike if the range is unknown.

    Raises:
        ValueError: If there is no row, the lengths differ, all maximum points are 0, or the value is out of `bounds`.
    """
    if not points or not len(points) == len(max_points) == len(clusters):
        raise ValueError(f"need rows of equal number, got {len(points)}, {len(max_points)} and {len(clusters)}")
    fulls = np.asarray(max_points, dtype=float)
    if fulls.min() < 0 or not fulls.any():
        raise ValueError("maximum points must not be negative, and some must be above 0")
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    return _estimate(100.0 * np.asarray(points, dtype=float), fulls, codes, bounds)


def difference_interval(
    first: Sequence[float],
    second: Sequence[float],
    max_points: Sequence[float],
    clusters: Sequence[str],
    max_difference: float = 100.0,
) -> Estimate:
    """Estimates the difference `first - second` on the same rows, in percentage points, by `cluster_interval`.

    Args:
        first: Points of one method, shape (rows,).
        second: Points of the other method on the same rows, shape (rows,).
        max_points: Maximum points, shape (rows,).
        clusters: Cluster of each row, shape (rows,).
        max_difference: The largest possible difference, in percentage points; infinite if unknown.
    """
    differences = [a - b for a, b in zip(first, second, strict=True)]
    return cluster_interval(differences, max_points, clusters, (-max_difference, max_difference))


def mean_interval(values: Sequence[float], bounds: Bounds) -> Estimate:
    """Estimates the mean of one value per character, in its own unit, by the method of `cluster_interval`.

    Args:
        values: One per character, shape (characters,).
        bounds: Smallest and largest possible value; infinite if unknown.
    """
    if not values:
        raise ValueError("need a value")
    return _estimate(np.asarray(values, dtype=float), np.ones(len(values)), np.arange(len(values)), bounds)


def _estimate(points: np.ndarray, fulls: np.ndarray, codes: np.ndarray, bounds: Bounds) -> Estimate:
    """Returns sum(points) / sum(fulls) with its interval; `codes` number the cluster of each row."""
    rows, (lowest, highest) = len(points), bounds
    value = float(points.sum() / fulls.sum())
    spread = highest - lowest if math.isfinite(highest - lowest) else 1.0
    if not lowest - ROUNDING * spread <= value <= highest + ROUNDING * spread:
        raise ValueError(f"the value {value:g} is out of its possible range, {lowest:g} to {highest:g}")
    value = min(max(value, lowest), highest)
    if rows == 1:
        return Estimate(value, math.nan, math.nan, rows)
    error, freedom = _standard_error(points, fulls, value, codes)
    row_error, row_freedom = _standard_error(points, fulls, value, np.arange(rows))
    clusters = int(codes.max()) + 1
    if row_error <= ROUNDING * spread or min(value - lowest, highest - value) <= ROUNDING * spread:
        return Estimate(value, *_exact_interval(value, bounds, _counted(rows, freedom, clusters)), rows)
    if error <= ROUNDING * spread:
        error, freedom = row_error, row_freedom
    low, high = t_interval(value, error, freedom, bounds)
    if math.isfinite(highest - lowest):
        answers = (value - lowest) * (highest - value) / row_error**2  # so many answers of yes or no vary as the rows do
        end = min(NEAR_END, _excluded_share(_counted(answers, freedom, clusters))) * spread
        one_low, one_high = _one_sided_bounds(value, error, freedom, bounds, answers)
        low, high = max(low, min(one_low, lowest + end)), min(high, max(one_high, highest - end))
    return Estimate(value, low, high, rows)


def t_interval(value: float, error: float, freedom: float, bounds: Bounds) -> Bounds:
    """Returns the t interval of a value on the logit scale of its possible range, or as it is if the range is infinite.

    Args:
        value: The estimate, within `bounds` but at neither.
        error: Its standard error.
        freedom: The degrees of freedom of the error.
        bounds: Smallest and largest possible value.
    """
    from scipy.special import expit, logit, stdtrit

    lowest, highest = bounds
    half, spread = -float(stdtrit(freedom, TAIL)) * error, highest - lowest
    if not math.isfinite(spread):
        return value - half, value + half
    share = (value - lowest) / spread
    on_logit = half / (spread * share * (1 - share))  # by the derivative of the logit
    low, high = (lowest + spread * float(expit(logit(share) + side * on_logit)) for side in (-1, 1))
    return min(low, value), max(high, value)


def _one_sided_bounds(value: float, error: float, freedom: float, bounds: Bounds, answers: float) -> Bounds:
    """Returns the bounds that hold if a true value beyond them can be contradicted from the side of `value` alone.

    Beyond the bound of `_exact_interval`, even rows that are all alike would not contradict a true value near that end. An
    interval with 2.5 % at either side would miss such a value in 2.5 % of cases at most; a single two-sided test has the whole
    5 % at the side of `value` (Agresti 2003, Statistical Methods in Medical Research 12). The test is the score test with a t
    quantile (the bound of Wilson, for clusters: Kott 2017, Survey Methodology 43), but not stricter than that of Clopper and
    Pearson for independent answers: a single answer that is different must not exclude that nearly none is.

    Args:
        value: The estimate, within `bounds` but at neither.
        error: Its standard error.
        freedom: The degrees of freedom of the error.
        bounds: Smallest and largest possible value.
        answers: The number of independent answers of yes or no that vary as the rows do.
    """
    from scipy.special import betaincinv, stdtrit

    lowest, spread = bounds[0], bounds[1] - bounds[0]
    share = (value - lowest) / spread
    variance = share * (1 - share)
    excess = (float(stdtrit(freedom, 2 * TAIL)) * error / spread) ** 2 / variance
    centre, half = share + excess / 2, math.sqrt(excess * variance + excess**2 / 4)
    yes, no = share * answers, (1 - share) * answers
    low = min((centre - half) / (1 + excess), float(betaincinv(yes, no + 1, 2 * TAIL)))
    high = max((centre + half) / (1 + excess), float(betaincinv(yes + 1, no, 1 - 2 * TAIL)))
    return lowest + spread * low, lowest + spread * high


def _standard_error(points: np.ndarray, fulls: np.ndarray, value: float, codes: np.ndarray) -> tuple[float, float]:
    """Returns the standard error of a ratio over units, and its degrees of freedom; both 0 for a single unit."""
    weights = np.bincount(codes, weights=fulls) / fulls.sum()
    return clustered_error(weights, np.bincount(codes, weights=points - value * fulls) / fulls.sum())


def clustered_error(weights: np.ndarray, residuals: np.ndarray) -> tuple[float, float]:
    """Returns the standard error of a weighted mean over units (CR2) and its degrees of freedom; both 0 for a single unit.

    Both follow Bell and McCaffrey (2002) for a regression on a constant. With equal weights they are the standard error of the
    mean and the number of units less one.

    Args:
        weights: Weight of each unit, shape (units,), 1 together.
        residuals: Weighted deviation of each unit from the mean, shape (units,).
    """
    if np.count_nonzero(weights) < 2:
        return 0.0, 0.0
    leverage = weights**2 / (1 - weights)
    freedom = 1 / (np.sum(weights**2) + np.sum(leverage) ** 2 - np.sum(leverage**2))
    return math.sqrt(np.sum(residuals**2 / (1 - weights))), float(freedom)


def _exact_interval(value: float, bounds: Bounds, effective_rows: float) -> Bounds:
    """Returns the interval of a mean whose rows are all alike: with them, there is no variance to estimate.

    The share of rows that would be different is at most `1 - 0.025 ** (1 / rows)` (Clopper and Pearson 1934); these could have
    any possible value. For few clusters, `_counted` reduces the number of rows.
    """
    if not all(map(math.isfinite, bounds)):
        return math.nan, math.nan
    different = _excluded_share(effective_rows)
    return value - different * (value - bounds[0]), value + different * (bounds[1] - value)


def _counted(answers: float, freedom: float, clusters: int) -> float:
    """Returns how many independent answers count if their clusters allow so few degrees of freedom.

    Their number is reduced by the squared ratio of t quantiles over answers and over clusters (Korn and Graubard 1998, Survey
    Methodology 24), but not below the number of clusters, which are independent. A single cluster has no degrees of freedom:
    its answers are the sample.
    """
    from scipy.special import stdtrit

    if not freedom:
        return answers
    return max(answers * float(stdtrit(max(answers - 1, 1), TAIL) / stdtrit(freedom, TAIL)) ** 2, clusters)


def _excluded_share(rows: float) -> float:
    """Returns the smallest share of different rows that so many rows alike contradict (Clopper and Pearson 1934)."""
    return 1 - TAIL ** (1 / rows)
