"""Two methods on the same rows: permutation test, Holm's correction and effect sizes.

Characters are the clusters throughout: the answers of one character are not independent, those of two are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from human_simulacra.statistics.confidence_intervals import Estimate, paired_difference
from human_simulacra.statistics.power_analysis import detectable_difference, sample_deviation

PERMUTATIONS = 9999  # up to 13 characters all sign flips are counted, which is exact


@dataclass(frozen=True)
class Comparison:
    """How far `first` is ahead of `second` on the rows both answered; figures that the data do not give are NaN.

    Args:
        first: A model.
        second: Another model.
        type: The part of the rows compared (a question type, a condition), or `all`.
        difference: Points of the score, in percent of the most points, with a 95 % interval.
        characters: Characters in the rows; the test and the effects are over them.
        p: Two-sided permutation test.
        p_holm: The same, corrected by Holm over all pairs of models of this `type`.
        dz: Cohen's d of paired data, over characters.
        rank_biserial: Matched-pairs rank-biserial correlation, over characters, from -1 to 1.
        detectable: The smallest difference, in points of the score, for which `p` is below 5 % with 80 % power; NaN where so
            few characters cannot show any, or only one beyond 100 %.
    """

    first: str
    second: str
    type: str
    difference: Estimate
    characters: int
    p: float
    p_holm: float
    dz: float
    rank_biserial: float
    detectable: float


def sign_flip_p(differences: Sequence[float], seed: int = 0) -> float:
    """Returns the two-sided p of the sum under random signs of its parts, by scipy.

    Args:
        differences: One a cluster: the sum of its rows' differences, so that a whole character changes sides at once.
        seed: Seed of the sampled sign flips, where there are too many to count.

    Returns:
        The share of sign flips at least as extreme: exact up to 13 clusters, so never below 2 / 2**n; NaN below two clusters.
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
    """Returns p values corrected by Holm, by statsmodels; NaN stays and does not count."""
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
    """Returns the mean of paired differences in their standard deviations; NaN where they do not vary."""
    deviation = sample_deviation(differences)
    return float(np.mean(differences)) / deviation if deviation else math.nan


def rank_biserial(differences: Sequence[float]) -> float:
    """Returns the share of ranks in favour less the share against (Kerby 2014), zeros left out; NaN where all are zero."""
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
    """Compares two models on the same rows; `p_holm` is for `adjusted` to fill in.

    Args:
        names: The two models.
        kind: What part of the rows this is.
        first: Points of the first model, shape (rows,).
        second: Points of the second, row by row the same questions.
        possible: The most points, shape (rows,).
        clusters: Each row's character.
        most: The largest difference there can be, in percent of the most points.
    """
    labels, codes = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(codes, weights=np.asarray(first, dtype=float) - np.asarray(second, dtype=float))
    percent = [float(d) for d in 100.0 * sums / np.bincount(codes, weights=np.asarray(max_points, dtype=float))]
    return Comparison(
        *names, kind, paired_difference(first, second, max_points, clusters), len(labels), sign_flip_p([float(s) for s in sums]),
        math.nan, cohens_dz(percent), rank_biserial(percent), detectable_difference(percent, max_difference),
    )  # fmt: skip


def with_holm_correction(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Returns the comparisons with Holm's correction; a family is all pairs of one `type`."""
    corrected: dict[int, float] = {}
    for kind in dict.fromkeys(c.type for c in comparisons):
        family = [place for place, c in enumerate(comparisons) if c.type == kind]
        corrected.update(zip(family, holm_correction([comparisons[place].p for place in family]), strict=True))
    return [replace(c, p_holm=corrected[place]) for place, c in enumerate(comparisons)]


def compare_character_scores(
    scores: Mapping[str, Mapping[str, float]], kind: str = "all", max_difference: float = math.inf
) -> list[Comparison]:
    """Compares all pairs of models that have one score a character, in whatever unit: differences are in the same.

    Args:
        scores: By model and character, for instance `{"m-rag": {"ada-berg": 0.5}}`; NaN counts as no score.
        kind: What the scores are of.
        most: The largest difference that their scale allows.

    Returns:
        One comparison a pair that shares a character, with Holm's correction over the pairs.
    """
    result = []
    for first, second in combinations(scores, 2):
        own, other = scores[first], scores[second]
        both = [c for c in own if c in other and not math.isnan(own[c]) and not math.isnan(other[c])]
        if both:
            # With 100 points at most, the percentage is the score itself.
            points = [own[c] for c in both], [other[c] for c in both], [100.0] * len(both)
            result.append(compare_models((first, second), kind, *points, both, max_difference))
    return with_holm_correction(result)
