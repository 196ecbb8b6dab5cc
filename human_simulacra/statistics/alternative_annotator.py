"""The alternative annotator test: may a model judge replace a human annotator? (Calderon et al. 2025, arXiv 2501.10970)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from human_simulacra.statistics.rater_agreement import MIN_ITEMS, NAN, Ratings

MIN_T_TEST_ITEMS = 30
EPSILON = 0.15


@dataclass(frozen=True)
class AltTestResult:
    """The result of the alternative annotator test for one model judge.

    Args:
        judge: The model judge.
        winning_rate: Share of people that the model may replace (omega), 0 to 1.
        advantage: Probability that the model is as near to the other people as the left-out person (rho), 0 to 1.
        passed: Whether the winning rate is 0.5 or more.
        epsilon: Cost-benefit margin, on the scale of `advantage`.
        people: Number of people tested.
        items: Items of the person with the fewest.
        p_values: One per person, uncorrected.
        note: Why there is no result, or what limits it.
    """

    judge: str
    winning_rate: float
    advantage: float
    passed: bool
    epsilon: float
    people: int
    items: int
    p_values: tuple[float, ...] = ()
    note: str = ""


def alt_test(
    human_ratings: Ratings, judge: str, judge_ratings: Mapping[str, float], epsilon: float = EPSILON, q: float = 0.05
) -> AltTestResult:
    """Tests whether a model judge may replace a human annotator.

    Each person is left out in turn. On each item, the person or the model wins: the one with the lower root mean square
    error to the other people's ratings (a tie counts for both). The model may replace a person whose lead in wins is below
    `epsilon`, by a one-sided t test (`scipy.stats.ttest_1samp`), or `scipy.stats.wilcoxon` below 30 items. P values are
    corrected over people by Benjamini and Yekutieli (statsmodels `multipletests`). The authors require three people; fewer
    than two give no result.

    Args:
        human_ratings: Ratings by person and item.
        judge: The model judge's name.
        judge_ratings: Its ratings by item.
        epsilon: Cost-benefit margin; the authors suggest 0.2 for experts, 0.15 for trained and 0.1 for untrained annotators.
        q: False discovery rate.
    """
    from statsmodels.stats.multitest import multipletests

    differences: list[list[float]] = []
    wins: list[float] = []
    for left_out, own in human_ratings.items():
        others = [ratings for name, ratings in human_ratings.items() if name != left_out]
        items = [item for item in sorted(own) if item in judge_ratings and any(item in ratings for ratings in others)]
        if len(items) < MIN_ITEMS:
            continue
        person = [_distance(own[item], others, item) for item in items]
        machine = [_distance(judge_ratings[item], others, item) for item in items]
        pairs = list(zip(person, machine, strict=True))
        differences.append([float(p <= m) - float(m <= p) for p, m in pairs])
        wins.append(float(np.mean([m <= p for p, m in pairs])))
    if len(differences) < 2:
        note = f"needs two people or more with {MIN_ITEMS} items in common"
        return AltTestResult(judge, NAN, NAN, False, epsilon, len(differences), 0, (), note)
    p_values = [_lead_below(values, epsilon) for values in differences]
    replaced = multipletests(p_values, alpha=q, method="fdr_by")[0]
    fewest = min(len(values) for values in differences)
    notes = ["fewer than three people"] * (len(differences) < 3)
    notes += [f"fewer than {MIN_T_TEST_ITEMS} items"] * (fewest < MIN_T_TEST_ITEMS)
    rate = float(np.mean(replaced))
    return AltTestResult(
        judge, rate, float(np.mean(wins)), rate >= 0.5, epsilon, len(differences), fewest, tuple(p_values), ", ".join(notes)
    )


def _distance(rating: float, others: Sequence[Mapping[str, float]], item: str) -> float:
    return math.sqrt(float(np.mean([(rating - ratings[item]) ** 2 for ratings in others if item in ratings])))


def _lead_below(differences: Sequence[float], epsilon: float) -> float:
    """Returns the one-sided p value for a mean difference below epsilon; 1 if every difference equals epsilon.

    Equal differences have no variance for a t test, so they use the signed-rank test at any number of items.
    """
    from scipy.stats import ttest_1samp, wilcoxon

    against = np.array(differences) - epsilon
    if not against.any():
        return 1.0
    if len(differences) >= MIN_T_TEST_ITEMS and len(set(differences)) > 1:
        test: Any = ttest_1samp(differences, epsilon, alternative="less")
    else:
        test = wilcoxon(against, alternative="less")
    return float(test.pvalue)
