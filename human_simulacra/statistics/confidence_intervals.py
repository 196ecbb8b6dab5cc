"""Bootstrap confidence intervals of scores, with characters as clusters: answers of one character are not independent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000


@dataclass(frozen=True)
class Estimate:
    """A value, usually in percent, with its 95 % interval; the bounds are NaN if there is none. `rows` is the sample size."""

    value: float
    low: float
    high: float
    rows: int


def cluster_bootstrap(points: Sequence[float], max_points: Sequence[float], clusters: Sequence[str], seed: int = 0) -> Estimate:
    """Estimates 100 * sum(points) / sum(max_points) with a percentile bootstrap interval over clusters.

    Args:
        points: Points of each row, shape (rows,).
        max_points: Maximum points of each row, shape (rows,); ones for a plain mean.
        clusters: Cluster of each row, shape (rows,). If there is only one cluster, rows are resampled instead.
        seed: Seed of the resampling.

    Returns:
        The ratio in percent; the interval is NaN for a single row.

    Raises:
        ValueError: If there is no row or the lengths differ.
    """
    if not points or not len(points) == len(max_points) == len(clusters):
        raise ValueError(f"need rows of equal number, got {len(points)}, {len(max_points)} and {len(clusters)}")
    names, codes = np.unique(np.asarray(clusters), return_inverse=True)
    if len(names) == 1:
        codes = np.arange(len(points))
    sums = np.bincount(codes, weights=np.asarray(points, dtype=float))
    fulls = np.bincount(codes, weights=np.asarray(max_points, dtype=float))
    value = 100.0 * sums.sum() / fulls.sum()
    if len(sums) == 1:
        return Estimate(value, float("nan"), float("nan"), len(points))
    draws = np.random.default_rng(seed).integers(0, len(sums), size=(RESAMPLES, len(sums)))
    ratios = 100.0 * sums[draws].sum(axis=1) / fulls[draws].sum(axis=1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high), len(points))


def paired_difference(
    first: Sequence[float], second: Sequence[float], max_points: Sequence[float], clusters: Sequence[str], seed: int = 0
) -> Estimate:
    """Estimates the difference `first - second` in percentage points by `cluster_bootstrap`.

    Args:
        first: Points of one method, shape (rows,).
        second: Points of the other method on the same rows, shape (rows,).
        max_points: Maximum points, shape (rows,).
        clusters: Cluster of each row, shape (rows,).
        seed: Seed of the resampling.
    """
    return cluster_bootstrap([a - b for a, b in zip(first, second, strict=True)], max_points, clusters, seed)
