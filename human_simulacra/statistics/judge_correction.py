"""Figures by judge models corrected for the judges' measured error, with intervals over characters.

A judge that errs shifts every figure, and more items do not help. Where the truth is known for some items, it can be corrected:
mean grades by prediction-powered inference, shares of yes-or-no verdicts by the estimator of Rogan and Gladen. Lee et al. 2025
(arXiv 2511.21140) and Chen et al. 2026 (arXiv 2601.05420) treat both for language models as judges. Both intervals come from a
jackknife over characters, since items of one character depend on each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from human_simulacra.statistics.confidence_intervals import Estimate

# Below these, simulated intervals are too narrow (`benchmarks/judge_correction.py`).
FEWEST_ITEMS, FEWEST_OF_EACH, FEWEST_CHARACTERS = 30, 10, 6
NAN = float("nan")


@dataclass(frozen=True)
class CorrectedFigure:
    """A corrected figure in percent with its 95 % interval, or NaN and the reason in `note`.

    Args:
        value: The corrected figure, 0 to 100.
        low: Lower bound.
        high: Upper bound.
        known: Number of items whose truth is known.
        note: Why there is no correction; empty if there is one.
    """

    value: float
    low: float
    high: float
    known: int
    note: str = ""

    @property
    def estimate(self) -> Estimate:
        """The figure without its note."""
        return Estimate(self.value, self.low, self.high, self.known)


@dataclass(frozen=True)
class KnownVerdict:
    """A judge's verdict, 0 to 1 as in `correct_share`, on an item of a character whose truth (positive or not) is known."""

    judged: float
    truth: bool
    cluster: str


def correct_mean(judged: Sequence[float], graded: Sequence[float], clusters: Sequence[str]) -> CorrectedFigure:
    """Corrects a mean grade by prediction-powered inference (PPI++, Angelopoulos et al. 2023, arXiv 2311.01453).

    The estimate is mean(people) + lambda * (mean(judge, other items) - mean(judge, items of people)). Power tuning: lambda
    minimises the variance over characters, within 0 (people alone) and 1. The items that people graded must be a random
    sample. The jackknife chooses lambda anew each time, so that its uncertainty is in the interval.

    Args:
        judged: The judge's grade of each item on the scale 0 to 1, shape (items,).
        graded: The people's mean grade on the same scale, NaN where nobody graded, shape (items,).
        clusters: Character of each item, shape (items,).
    """
    judge, people, codes = np.asarray(judged, dtype=float), np.asarray(graded, dtype=float), _codes(clusters)
    known = ~np.isnan(people)
    if note := _too_few(int(known.sum()), len(set(codes[known])), FEWEST_ITEMS, "graded by people"):
        return CorrectedFigure(NAN, NAN, NAN, int(known.sum()), note)
    ones = np.ones_like(judge)
    parts = [(ones, known), (people, known), (judge, known), (ones, ~known), (judge, ~known)]
    value, half = _jackknife(np.column_stack([_sums(values, codes, where) for values, where in parts]), _prediction_powered)
    return _percent(value, half, int(known.sum()))


def correct_share(judged: Sequence[float], clusters: Sequence[str], known: Sequence[KnownVerdict]) -> CorrectedFigure:
    """Corrects a share of positive verdicts for the judge's sensitivity and specificity (Rogan and Gladen 1978).

    The estimate is (share + specificity - 1) / (sensitivity + specificity - 1), within 0 and 1. It assumes that the judge errs
    on all items as on the known ones. The jackknife cannot see the uncertainty of a sensitivity of 1, so the interval is never
    narrower than that of Lang and Reiczigel 2014, which is for independent items and adds two of each kind.

    Args:
        judged: The judge's verdict on each item, 1 for positive or 0; between them, the share of several judges. Shape (items,).
        clusters: Character of each item, shape (items,).
        known: Verdicts on items with a known truth.
    """
    from scipy.stats import norm

    positive = np.array([item.truth for item in known], dtype=bool)
    if not len(judged):
        return CorrectedFigure(NAN, NAN, NAN, len(known), "no verdict")
    fewest = min(int(positive.sum()), int((~positive).sum()))
    known_clusters = [item.cluster for item in known]
    characters = min(len(set(clusters)), len(set(known_clusters)))
    if note := _too_few(fewest, characters, FEWEST_OF_EACH, "of either kind with a known truth"):
        return CorrectedFigure(NAN, NAN, NAN, len(known), note)
    codes = _codes([*clusters, *known_clusters])
    own, other = codes[: len(clusters)], codes[len(clusters) :]
    verdicts, checks, size = np.asarray(judged, dtype=float), np.array([item.judged for item in known]), int(codes.max()) + 1
    parts = [(verdicts, own), (checks[positive], other[positive]), (checks[~positive], other[~positive])]
    sums = np.column_stack([np.bincount(at, weight, size) for values, at in parts for weight in (values, np.ones_like(values))])
    independent, margin = _independent_error(sums.sum(axis=0))
    if margin <= 0:
        return CorrectedFigure(NAN, NAN, NAN, len(known), "the judge does not tell the two kinds apart")
    value, half = _jackknife(sums, _rogan_gladen)
    return _percent(value, max(half, float(norm.ppf(0.975)) * independent), len(known))


def _prediction_powered(sums: np.ndarray) -> float:
    """Returns the estimate from sums of each character: known items, their people's and judge's grades, others, theirs."""
    known, people, judge, others, other_judge = sums.T
    mean = people.sum() / known.sum()
    if not others.sum():
        return float(mean)
    inner, outer = judge.sum() / known.sum(), other_judge.sum() / others.sum()
    # What each character adds to the error of the people's mean, and to that of the difference of the judge's means.
    error = (people - known * mean) / known.sum()
    rectifier = (other_judge - others * outer) / others.sum() - (judge - known * inner) / known.sum()
    spread = float(rectifier @ rectifier)
    tuning = min(1.0, max(0.0, -float(error @ rectifier) / spread)) if spread > 0 else 0.0
    return float(mean + tuning * (outer - inner))


def _rogan_gladen(sums: np.ndarray) -> float:
    """Returns the estimate from sums and numbers of the verdicts, those on positive items and those on negative items.

    Half an item is added to either side, so that no denominator is zero when a character is left out.
    """
    share, count, hits, positives, alarms, negatives = sums.sum(axis=0)
    sensitivity, false_positive = (hits + 0.5) / (positives + 1), (alarms + 0.5) / (negatives + 1)
    return float((share / count - false_positive) / (sensitivity - false_positive)) if count else NAN


def _independent_error(totals: np.ndarray) -> tuple[float, float]:
    """Returns the standard error for independent items, and the lower bound of sensitivity + specificity - 1."""
    from scipy.stats import norm

    z = float(norm.ppf(0.975))
    added = np.array([z * z, 2.0, 2.0])
    counts = totals[1::2] + added
    rates = (totals[::2] + added / 2) / counts
    variances = rates * (1 - rates) / counts
    youden = rates[1] - rates[2]
    truth = min(1.0, max(0.0, (rates[0] - rates[2]) / youden)) if youden > 0 else 0.0
    error = math.sqrt(variances @ [1.0, truth**2, (1 - truth) ** 2]) / abs(youden) if youden else math.inf
    return error, float(youden - z * math.sqrt(variances[1] + variances[2]))


def _jackknife(sums: np.ndarray, estimate: Callable[[np.ndarray], float]) -> tuple[float, float]:
    """Returns the estimate and half of its 95 % t interval by leaving out each character, shape of `sums` (characters, parts)."""
    from scipy.stats import t

    count = len(sums)
    without = np.array([estimate(np.delete(sums, place, axis=0)) for place in range(count)])
    error = math.sqrt((count - 1) / count * float(((without - without.mean()) ** 2).sum()))
    return estimate(sums), float(t.ppf(0.975, count - 1)) * error


def _percent(value: float, half: float, known: int) -> CorrectedFigure:
    low, middle, high = (100.0 * min(1.0, max(0.0, bound)) for bound in (value - half, value, value + half))
    return CorrectedFigure(middle, low, high, known)


def _too_few(items: int, characters: int, fewest: int, what: str) -> str:
    if items < fewest:
        return f"needs {fewest} items {what}, has {items}"
    return f"needs {FEWEST_CHARACTERS} characters, has {characters}" if characters < FEWEST_CHARACTERS else ""


def _codes(clusters: Sequence[str]) -> np.ndarray:
    return np.unique(np.asarray(clusters, dtype=str), return_inverse=True)[1]


def _sums(values: np.ndarray, codes: np.ndarray, where: np.ndarray) -> np.ndarray:
    return np.bincount(codes[where], values[where], int(codes.max()) + 1)
