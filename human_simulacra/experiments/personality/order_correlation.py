"""Orders of the eight functions: sums of weighted answers, and Kendall's tau-b against the assigned order, on ranks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import kendalltau, rankdata

RANK_WEIGHTS = {1: 4, 2: 3, 3: 2, 4: 1, 5: -1, 6: -2, 7: -3, 8: -4}


@dataclass(frozen=True)
class Tau:
    """Kendall's tau-b, its standard error and two-sided p value under chance; all NaN where equal sums show no order."""

    tau: float
    standard_error: float
    p: float


def function_sums(agreed: Iterable[tuple[str, int]], functions: Sequence[str]) -> dict[str, int]:
    """Returns each function's sum: a yes to a statement adds its rank's weight, +4 for rank 1 down to -4 for rank 8.

    Args:
        agreed: (function, rank) of every statement that was answered yes.
        functions: The functions to report, also those without a yes.
    """
    sums = dict.fromkeys(functions, 0)
    for function, rank in agreed:
        sums[function] += RANK_WEIGHTS[rank]
    return sums


def function_ranks(sums: Mapping[str, float], functions: Sequence[str]) -> list[float]:
    """Returns the functions' ranks by their sums, 1 for the highest; equal sums share the mean of their ranks."""
    return [float(rank) for rank in rankdata([-sums[function] for function in functions])]


def format_order(sums: Mapping[str, float], functions: Sequence[str]) -> str:
    """Returns the functions from the highest sum to the lowest, equal ones joined by `=`: `Si > Te=Ne > ...`."""
    by_sum: dict[float, list[str]] = {}
    for function in functions:
        by_sum.setdefault(sums[function], []).append(function)
    return " > ".join("=".join(by_sum[value]) for value in sorted(by_sum, reverse=True))


def tau_b(assigned: Sequence[str], sums: Mapping[str, float]) -> Tau:
    """Compares an assigned order with measured sums.

    tau-b is computed on ranks: pairs of functions in the assigned order against pairs of sums, ties of sums corrected. One
    swap of neighbours among eight gives 0.93, the reverse order -1. Where all sums are equal no order
    was shown and tau-b has no value: a 0 would say that the order is known to be unrelated.

    Args:
        assigned: The functions, strongest first.
        sums: Each function's sum.
    """
    places = [-place for place in range(len(assigned))]
    values = [sums[function] for function in assigned]
    found: Any = kendalltau(places, values)
    if math.isnan(found.statistic):
        return Tau(math.nan, math.nan, math.nan)
    return Tau(float(found.statistic), tau_chance_error(values), float(found.pvalue))


def tau_chance_error(values: Sequence[float]) -> float:
    """Returns tau-b's standard error if the sums were in random order against an order without ties.

    sqrt(2 (2n + 5) / (9 n (n - 1))) without ties, 0.289 for eight functions; ties change the variance of the count of
    pairs and tau-b's denominator. NaN where all values are equal.
    """
    n, ties = len(values), Counter(values).values()
    pairs, tied = n * (n - 1) / 2, sum(t * (t - 1) / 2 for t in ties)
    if tied == pairs:
        return math.nan
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    return math.sqrt(variance / (pairs * (pairs - tied)))
