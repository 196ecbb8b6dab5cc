"""Paired comparisons of two methods on the same rows: permutation test and effect sizes; Holm's correction of p values.

Characters are the clusters throughout, since the answers of one character are not independent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from human_simulacra.statistics.confidence_intervals import Estimate, difference_interval
from human_simulacra.statistics.power_analysis import detectable_difference, sample_deviation

PERMUTATIONS = 9999  # up to 13 characters, the test enumerates all sign flips and is exact


@dataclass(frozen=True)
class Comparison:
    """The difference `first - second` on the rows that both models answered; undefined values are NaN.

    Args:
        first: A model.
        second: Another model.
        type: The part of the rows compared (a question type, a condition), or `all`.
        difference: Difference in percentage points, with a 95 % interval by `difference_interval`.
        characters: Number of characters: the sample size of the test and the effect sizes.
        p: Two-sided p value of the sign-flip test, without correction for other comparisons.
        dz: Cohen's dz over characters.
        rank_biserial: Matched-pairs rank-biserial correlation over characters, -1 to 1.
        detectable: Smallest difference, in percentage points, for which `p` is below 0.05 with 80 % power (see
            `detectable_difference`).
    """

    first: str
    second: str
    type: str
    difference: Estimate
    characters: int
    p: float
    dz: float
    rank_biserial: float
    detectable: float

    def reversed(self) -> Comparison:
        """Returns the difference `second - first`."""
        d = self.difference
        # 0 - x, since -x of no difference would be -0.0.
        return replace(
            self, first=self.second, second=self.first, dz=0 - self.dz, rank_biserial=0 - self.rank_biserial,
            difference=replace(d, value=0 - d.value, low=0 - d.high, high=0 - d.low),
        )  # fmt: skip


def sign_flip_p(differences: Sequence[float], seed: int = 0) -> float:
    """Returns the two-sided p value of Fisher's sign-flip permutation test, by `scipy.stats.permutation_test`.

    Args:
        differences: Sum of the row differences of each cluster, shape (clusters,); a cluster flips as a whole.
        seed: Seed of the sampled sign flips, if there are too many to enumerate.

    Returns:
        The p value, at least 2 / 2**n; NaN below two clusters.
    """
    from scipy.stats import permutation_test

    if len(differences) < 2:
        return math.nan
    found = permutation_test(
        (np.asarray(differences, dtype=float),),
        lambda values, axis: values.sum(axis=axis),
        permutation_type="samples",  # of a single sample: its signs
        n_resamples=PERMUTATIONS,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def holm_correction(p_values: Sequence[float]) -> list[float]:
    """Returns p values with Holm's correction (Holm 1979) by statsmodels `multipletests`; NaN is ignored and stays NaN."""
    # statsmodels takes a second to import, and scoring does not need it.
    from statsmodels.stats.multitest import multipletests

    known = [place for place, p in enumerate(p_values) if not math.isnan(p)]
    result = [math.nan] * len(p_values)
    if known:
        corrected = np.asarray(multipletests([p_values[i] for i in known], method="holm")[1])
        for place, p in zip(known, corrected, strict=True):
            result[place] = float(p)
    return result


def cohens_dz(differences: Sequence[float]) -> float:
    """Returns Cohen's dz (Cohen 1988): mean of paired differences / their standard deviation; NaN if they do not vary."""
    deviation = sample_deviation(differences)
    return float(np.mean(differences)) / deviation if deviation else math.nan


def rank_biserial(differences: Sequence[float]) -> float:
    """Returns the matched-pairs rank-biserial correlation (Kerby 2014), -1 to 1; zeros are ignored, NaN if all are zero."""
    from scipy.stats import rankdata

    values = np.asarray([d for d in differences if d != 0], dtype=float)
    if not len(values):
        return math.nan
    ranks = rankdata(np.abs(values))
    return float((ranks[values > 0].sum() - ranks[values < 0].sum()) / ranks.sum())


def compare_models(
    names: tuple[str, str],
    kind: str,
    first: Sequence[float],
    second: Sequence[float],
    max_points: Sequence[float],
    clusters: Sequence[str],
    max_difference: float = 100.0,
) -> Comparison:
    """Compares two models on the same rows.

    Args:
        names: The two models.
        kind: The part of the rows (see `Comparison.type`).
        first: Points of the first model, shape (rows,).
        second: Points of the second model on the same rows, shape (rows,).
        max_points: Maximum points, shape (rows,).
        clusters: Character of each row, shape (rows,).
        max_difference: The largest possible difference, in percentage points.
    """
    labels, codes = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(codes, weights=np.asarray(first, dtype=float) - np.asarray(second, dtype=float))
    percent = [float(d) for d in 100.0 * sums / np.bincount(codes, weights=np.asarray(max_points, dtype=float))]
    return Comparison(
        *names, kind, difference_interval(first, second, max_points, clusters, max_difference), len(labels),
        sign_flip_p([float(s) for s in sums]), cohens_dz(percent), rank_biserial(percent),
        detectable_difference(percent, max_difference),
    )  # fmt: skip


def compare_character_scores(
    scores: Mapping[str, Mapping[str, float]], kind: str = "all", max_difference: float = math.inf
) -> list[Comparison]:
    """Compares all pairs of models on one score per character, in any unit; differences have the same unit.

    Args:
        scores: Scores by model and character, for instance `{"m-rag": {"ada-berg": 0.5}}`; NaN counts as missing.
        kind: Name of the score.
        max_difference: The largest difference that its scale allows; infinite if unknown.

    Returns:
        One comparison per pair that shares a character.
    """
    result = []
    for first, second in combinations(scores, 2):
        own, other = scores[first], scores[second]
        both = [c for c in own if c in other and not math.isnan(own[c]) and not math.isnan(other[c])]
        if both:
            # With a maximum of 100 points, the percentage is the score itself.
            points = [own[c] for c in both], [other[c] for c in both], [100.0] * len(both)
            result.append(compare_models((first, second), kind, *points, both, max_difference))
    return result
