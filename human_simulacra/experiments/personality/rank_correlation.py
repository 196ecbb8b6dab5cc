"""Order of the eight functions: weighted sums of answers, and Kendall's tau-b with the assigned order."""

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
    """Kendall's tau-b (-1 to 1), its standard error under the null and two-sided p value; all NaN if all sums are equal."""

    tau: float
    standard_error: float
    p: float


def function_sums(agreed: Iterable[tuple[str, int]], functions: Sequence[str]) -> dict[str, int]:
    """Returns each function's sum as in the paper: a yes adds the weight of the statement's rank, +4 (rank 1) to -4 (rank 8).

    Args:
        agreed: (function, rank) of every statement answered yes.
        functions: All functions to report.
    """
    sums = dict.fromkeys(functions, 0)
    for function, rank in agreed:
        sums[function] += RANK_WEIGHTS[rank]
    return sums


def function_ranks(sums: Mapping[str, float], functions: Sequence[str]) -> list[float]:
    """Returns the functions' ranks by sum, 1 for the highest; equal sums share their mean rank (`scipy.stats.rankdata`)."""
    return [float(rank) for rank in rankdata([-sums[function] for function in functions])]


def format_order(sums: Mapping[str, float], functions: Sequence[str]) -> str:
    """Renders the functions from highest to lowest sum, with `=` between equal sums: `Si > Te=Ne > ...`."""
    by_sum: dict[float, list[str]] = {}
    for function in functions:
        by_sum.setdefault(sums[function], []).append(function)
    return " > ".join("=".join(by_sum[value]) for value in sorted(by_sum, reverse=True))


def tau_b(assigned: Sequence[str], sums: Mapping[str, float]) -> Tau:
    """Returns Kendall's tau-b (Kendall 1945, with correction for ties) between an assigned order and measured sums.

    Computed on ranks by `scipy.stats.kendalltau`. One swap of neighbours among eight gives 0.93. If all sums are equal, the
    order is unknown and tau-b is NaN; 0 would mean an unrelated order.

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
    """Returns the standard error of tau-b for sums in random order against an order without ties (Kendall 1938).

    Without ties it is sqrt(2 (2n + 5) / (9 n (n - 1))), 0.289 for eight functions; ties change the variance of the pair count
    and the denominator of tau-b. NaN if all values are equal.
    """
    n, ties = len(values), Counter(values).values()
    pairs, tied = n * (n - 1) / 2, sum(t * (t - 1) / 2 for t in ties)
    if tied == pairs:
        return math.nan
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    return math.sqrt(variance / (pairs * (pairs - tied)))
