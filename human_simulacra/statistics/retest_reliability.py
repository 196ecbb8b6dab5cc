"""Test-retest reliability of scores over repeated runs: ICC(2,1) and flip rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from human_simulacra.statistics.confidence_intervals import Estimate, cluster_bootstrap

MIN_RATINGS = 6  # pingouin refuses fewer ratings
_AGREEMENT = ("ICC(A,1)", "ICC2")  # the names of ICC(2,1) in pingouin since 0.6 and before


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


def icc21(ratings: Sequence[Sequence[float]]) -> Estimate:
    """Returns ICC(2,1): two-way random effects, absolute agreement, single rating (Shrout & Fleiss 1979).

    Computed by `pingouin.intraclass_corr`.

    Args:
        ratings: Shape (questions, runs), at least two of each.

    Returns:
        The coefficient with its 95 % interval; NaN if all ratings are equal or there are fewer than six.

    Raises:
        ValueError: If there are fewer than two questions or runs.
    """
    values = np.asarray(ratings, dtype=float)
    if values.ndim != 2 or min(values.shape) < 2:
        raise ValueError(f"an intraclass correlation needs two questions and two runs, not shape {values.shape}")
    if np.ptp(values) < 1e-9 or values.size < MIN_RATINGS:
        return Estimate(math.nan, math.nan, math.nan, len(values))
    # pingouin takes seconds to import, and scoring does not need it.
    import pandas as pd
    from pingouin import intraclass_corr

    places = np.indices(values.shape)
    frame = pd.DataFrame({"question": places[0].ravel(), "run": places[1].ravel(), "score": values.ravel()})
    with np.errstate(all="ignore"):  # perfect agreement divides by zero before it gives 1
        found = intraclass_corr(frame, targets="question", raters="run", ratings="score").set_index("Type")
    name = next(name for name in _AGREEMENT if name in found.index)
    interval = found.loc[name]["CI95" if "CI95" in found.columns else "CI95%"]
    return Estimate(float(found.loc[name]["ICC"]), float(interval[0]), float(interval[1]), len(values))


def estimate_reliability(
    model: str, scores: Sequence[Sequence[float]], right: Sequence[Sequence[bool]], characters: Sequence[str]
) -> RetestReliability:
    """Estimates the reliability of one model.

    Args:
        model: Its name.
        scores: Scores in percent, shape (questions, runs).
        right: Whether each answer is right, shape (questions, runs).
        characters: Character of each question, shape (questions,): the clusters of the flip rate's interval.
    """
    flips = cluster_bootstrap([flip_rate(runs) for runs in right], [1.0] * len(right), characters)
    icc = icc21(scores) if len(scores) > 1 else Estimate(math.nan, math.nan, math.nan, len(scores))
    return RetestReliability(model, len(scores[0]), len(scores), icc, flips)
