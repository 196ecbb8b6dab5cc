"""Test-retest reliability of scores over repeated runs: ICC(2,1) and flip rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from human_simulacra.statistics.confidence_intervals import ROUNDING, Estimate, cluster_interval, t_interval


@dataclass(frozen=True)
class RetestReliability:
    """Reliability of one model over the questions answered in every run.

    Args:
        model: The model.
        runs: Number of runs.
        questions: Number of questions.
        icc: ICC(2,1) of the scores, at most 1; NaN if all scores are equal.
        flips: Mean `flip_rate` in percent.
    """

    model: str
    runs: int
    questions: int
    icc: Estimate
    flips: Estimate


def flip_rate(right: Sequence[bool]) -> float:
    """Returns the share of pairs of runs that disagree on whether one answer is right, 0 to 1.

    Raises:
        ValueError: If there are fewer than two runs.
    """
    runs, hits = len(right), sum(right)
    if runs < 2:
        raise ValueError(f"a flip needs two runs, not {runs}")
    return 2 * hits * (runs - hits) / (runs * (runs - 1))


def icc21(ratings: Sequence[Sequence[float]], characters: Sequence[str]) -> Estimate:
    """Returns ICC(2,1): two-way random effects, absolute agreement, single rating (Shrout & Fleiss 1979).

    The interval is by the jackknife over characters (over questions for a single character), a t interval on the logit scale
    of the coefficient's range from -1 / (runs - 1) to 1, which is Fisher's z for several raters. The usual F interval assumes
    normal scores and independent questions, and is far too narrow for answers that are right or wrong
    (`benchmarks/coverage.py`).

    Args:
        ratings: Shape (questions, runs), at least two of each.
        characters: Character of each question, shape (questions,).

    Returns:
        The coefficient; NaN if all ratings are equal. It has no interval if runs agree perfectly, or if it is not defined
        without one of the characters.

    Raises:
        ValueError: If there are fewer than two questions or runs.
    """
    values = np.asarray(ratings, dtype=float)
    if values.ndim != 2 or min(values.shape) < 2:
        raise ValueError(f"an intraclass correlation needs two questions and two runs, not shape {values.shape}")
    questions, runs = values.shape
    codes = np.unique(np.asarray(characters), return_inverse=True)[1]
    units = codes if codes.any() else np.arange(questions)
    value, bounds = _agreement(values), (-1 / (runs - 1), 1.0)
    replicates = np.array([_agreement(values[units != unit]) for unit in range(units.max() + 1)])
    if not bounds[0] < value < bounds[1] - ROUNDING or np.isnan(replicates).any():
        return Estimate(value, math.nan, math.nan, questions)
    freedom = len(replicates) - 1
    error = math.sqrt(freedom * np.var(replicates))
    return Estimate(value, *t_interval(value, error, freedom, bounds), questions)


def _agreement(values: np.ndarray) -> float:
    """Returns the coefficient from the mean squares of questions, runs and residuals; NaN without variance."""
    questions, runs = values.shape
    if questions < 2 or np.ptp(values) < ROUNDING:
        return math.nan
    by_question, by_run, mean = values.mean(axis=1), values.mean(axis=0), values.mean()
    residuals = values - by_question[:, None] - by_run + mean
    between = runs * np.sum((by_question - mean) ** 2) / (questions - 1)
    of_runs = questions * np.sum((by_run - mean) ** 2) / (runs - 1)
    residual = np.sum(residuals**2) / ((questions - 1) * (runs - 1))
    total = between + (runs - 1) * residual + runs * (of_runs - residual) / questions
    return float((between - residual) / total) if total > ROUNDING else math.nan


def estimate_reliability(
    model: str, scores: Sequence[Sequence[float]], right: Sequence[Sequence[bool]], characters: Sequence[str]
) -> RetestReliability:
    """Estimates the reliability of one model.

    Args:
        model: Its name.
        scores: Scores in percent, shape (questions, runs).
        right: Whether each answer is right, shape (questions, runs).
        characters: Character of each question, shape (questions,): the clusters of the intervals.
    """
    questions, runs = len(scores), len(scores[0])
    most = 100 * flip_rate([run < runs // 2 for run in range(runs)])  # half of the runs right
    flips = cluster_interval([flip_rate(own) for own in right], [1.0] * questions, characters, (0.0, most))
    icc = icc21(scores, characters) if questions > 1 else Estimate(math.nan, math.nan, math.nan, questions)
    return RetestReliability(model, runs, questions, icc, flips)
