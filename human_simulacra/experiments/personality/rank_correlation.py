"""Order of the eight functions: weighted answers, Kendall's tau-b with the assigned order, and its highest possible value."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Weight of a yes at a rank; at the opposite rank (8 for 1, 7 for 2, ...) it counts as much against the function.
RANK_WEIGHTS = {1: 4, 2: 3, 3: 2, 4: 1}
LOWEST = 8


@dataclass(frozen=True)
class Tau:
    """Kendall's tau-b (-1 to 1), its standard error under the null and two-sided p value; all NaN if all scores are equal."""

    tau: float
    standard_error: float
    p: float


def function_scores(answers: Iterable[tuple[str, int, bool]], functions: Sequence[str]) -> dict[str, float]:
    """Returns each function's score, -1 to 1: the paper's weighted sum of yes, as a share of the largest one possible.

    The paper adds the weight of the rank for every yes, +4 (rank 1) to -4 (rank 8). A character is not asked all statements,
    so the share of yes at a rank takes the place of their number: score = sum of w (share at rank r - share at 9 - r) / sum of
    w over the ranks r from 1 to 4 with answers at both ranks; 0 if there are none. So the score of somebody who says yes to
    everything, or at random, does not depend on which statements were asked.

    Args:
        answers: (function, rank, whether yes) of every parsed reply.
        functions: All functions to report.
    """
    said: dict[tuple[str, int], list[bool]] = {}
    for function, rank, yes in answers:
        said.setdefault((function, rank), []).append(yes)
    shares = {cell: sum(replies) / len(replies) for cell, replies in said.items()}
    scores = {}
    for function in functions:
        pairs = [
            (weight, shares[function, rank] - shares[function, LOWEST + 1 - rank])
            for rank, weight in RANK_WEIGHTS.items()
            if {(function, rank), (function, LOWEST + 1 - rank)} <= shares.keys()
        ]
        total = sum(weight * difference for weight, difference in pairs)
        # Rounded, since scores that are equal must be tied.
        scores[function] = round(total / sum(weight for weight, _ in pairs), 9) if pairs else 0.0
    return scores


def tau_ceiling(answers: Sequence[tuple[str, int, bool]], functions: Sequence[str]) -> float:
    """Returns the highest tau-b that any replies to the same statements can reach; below 1 if few scores are possible.

    With L possible scores, n functions are tied in L groups. tau-b is highest for groups of about equal size, in the assigned
    order: sqrt(1 - tied pairs / pairs). One statement of each of eight functions at two opposite ranks allows -1, 0 and 1:
    0.87.

    Args:
        answers: (function, rank, whether yes) of every parsed reply.
        functions: All functions.
    """
    counts = Counter((function, rank) for function, rank, _ in answers)
    n, possible = len(functions), {0.0}
    for function in functions:
        pairs = [(w, counts[function, r], counts[function, LOWEST + 1 - r]) for r, w in RANK_WEIGHTS.items()]
        pairs = [pair for pair in pairs if all(pair)]
        whole, sums = sum(weight for weight, *_ in pairs), {0.0}
        for weight, above, below in pairs:
            if len(sums) < n:  # more ranks only add to the possible scores
                steps = {i / above - j / below for i in range(above + 1) for j in range(below + 1)}
                sums = {round(value + weight * step / whole, 9) for value in sums for step in steps}
        possible |= sums
    levels = min(len(possible), n)
    sizes = [n // levels + (level < n % levels) for level in range(levels)]
    return math.sqrt(1 - sum(math.comb(size, 2) for size in sizes) / math.comb(n, 2))


def function_ranks(scores: Mapping[str, float], functions: Sequence[str]) -> list[float]:
    """Returns the functions' ranks by score, 1 for the highest; equal scores share their mean rank (`scipy.stats.rankdata`)."""
    from scipy.stats import rankdata

    return [float(rank) for rank in rankdata([-scores[function] for function in functions])]


def format_order(scores: Mapping[str, float], functions: Sequence[str]) -> str:
    """Renders the functions from highest to lowest score, with `=` between equal scores: `Si > Te=Ne > ...`."""
    by_score: dict[float, list[str]] = {}
    for function in functions:
        by_score.setdefault(scores[function], []).append(function)
    return " > ".join("=".join(by_score[value]) for value in sorted(by_score, reverse=True))


def tau_b(assigned: Sequence[str], scores: Mapping[str, float]) -> Tau:
    """Returns Kendall's tau-b (Kendall 1945, with correction for ties) between an assigned order and measured scores.

    Computed on ranks by `scipy.stats.kendalltau`. One swap of neighbours among eight gives 0.93. If all scores are equal, the
    order is unknown and tau-b is NaN; 0 would mean an unrelated order.

    Args:
        assigned: The functions, strongest first.
        scores: Each function's score.
    """
    from scipy.stats import kendalltau

    places = [-place for place in range(len(assigned))]
    values = [scores[function] for function in assigned]
    found: Any = kendalltau(places, values)
    if math.isnan(found.statistic):
        return Tau(math.nan, math.nan, math.nan)
    return Tau(float(found.statistic), tau_chance_error(values), float(found.pvalue))


def tau_chance_error(values: Sequence[float]) -> float:
    """Returns the standard error of tau-b for scores in random order against an order without ties (Kendall 1938).

    Without ties it is sqrt(2 (2n + 5) / (9 n (n - 1))), 0.289 for eight functions; ties change the variance of the pair count
    and the denominator of tau-b. NaN if all values are equal.
    """
    n, ties = len(values), Counter(values).values()
    pairs, tied = n * (n - 1) / 2, sum(t * (t - 1) / 2 for t in ties)
    if tied == pairs:
        return math.nan
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    return math.sqrt(variance / (pairs * (pairs - tied)))
