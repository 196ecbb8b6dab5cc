"""Bounds of tau-b over everything that unparseable and missing answers could have been."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from human_simulacra.experiments.personality.rank_correlation import RANK_WEIGHTS, function_scores, tau_b
from human_simulacra.experiments.personality.scores_by_character import known_answers
from human_simulacra.results.summary import Bounds, Row
from human_simulacra.types import FUNCTIONS


def tau_bounds(rows: Sequence[Row]) -> Bounds:
    """Returns bounds of tau-b between one character's assigned order and its scores.

    Every unknown answer could be yes or no, so each score has a range. Every pair of functions is then counted as well, and as
    badly, as its two ranges allow. All pairs together may not allow that, so tau-b lies within the bounds but need not reach
    them.

    Args:
        rows: All rows of one character, the missing ones too.

    Returns:
        The bounds; NaN if every answer is known and all scores are equal.
    """
    assigned, known = list(rows[0]["assigned"]), known_answers(rows)
    statements = [row for row in rows if row["type"] == "statement"]
    if len(known) == len(statements):
        tau = tau_b(assigned, function_scores(known, FUNCTIONS)).tau
        return Bounds(tau, tau)
    answered = {row["id"] for row in statements if known_answers([row])}
    unknown = [(row["function"], row["rank"]) for row in statements if row["id"] not in answered]
    high, low = (
        function_scores([*known, *((f, rank, (rank in RANK_WEIGHTS) == favours) for f, rank in unknown)], FUNCTIONS)
        for favours in (True, False)
    )
    best = _tau([_sign(high[strong] - low[weak]) for strong, weak in combinations(assigned, 2)])
    worst = _tau([_sign(low[strong] - high[weak]) for strong, weak in combinations(assigned, 2)])
    return Bounds(worst, best)


def mean_bounds(value: float, by_character: Mapping[str, tuple[float, Bounds]]) -> Bounds:
    """Returns bounds of the mean tau-b over the characters with an order.

    Args:
        value: The mean; NaN if no character has an order.
        by_character: Tau-b (NaN without an order) and its bounds for every character. A character without an order may have
            one if its unknown answers were known, and then changes the mean.
    """
    sides = []
    for side, sign in (("low", -1), ("high", 1)):
        ordered = [getattr(bounds, side) for tau, bounds in by_character.values() if not math.isnan(tau)]
        others = [getattr(bounds, side) for tau, bounds in by_character.values() if math.isnan(tau)]
        for other in sorted((sign * end for end in others if not math.isnan(end)), reverse=True):
            if not ordered or other > sign * sum(ordered) / len(ordered):
                ordered.append(sign * other)
        sides.append(sum(ordered) / len(ordered) if ordered else value)
    return Bounds(*sides)


def _tau(signs: Sequence[int]) -> float:
    """Returns tau-b from the signs of all pairs: concordant 1, tied 0, discordant -1; 0 if all are tied."""
    decided = sum(sign != 0 for sign in signs)
    return sum(signs) / math.sqrt(len(signs) * decided) if decided else 0.0


def _sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)
