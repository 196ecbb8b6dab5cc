"""A linear mixed model of scores: fixed effects of methods, random effects of character, method by character, item and run."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from human_simulacra.statistics.confidence_intervals import Estimate, clustered_error

MAX_ROWS = 1000  # crossed effects need a dense matrix: ten times the rows take a thousand times as long
ZERO_SHARE = 0.01  # a random effect below this share of the residual counts as zero: optimisers stop near, not at, zero
SMALLEST_ERROR = 1e-6  # in percentage points; below it are rounding errors
DECIMALS = 3  # optimisers stop at slightly different points on different processors
BY_CHARACTER = "method by character"
_RANDOM = ("character", "item", "run", BY_CHARACTER)


@dataclass(frozen=True)
class MixedEffect:
    """A model's score minus the reference's, in percentage points, with its 95 % interval and p value."""

    model: str
    difference: Estimate
    p: float


@dataclass(frozen=True)
class MixedModel:
    """A fitted mixed model, or the reason why there is none.

    Args:
        reference: The model that the others are compared with.
        effects: One per other model; empty if there is no fit.
        deviations: Standard deviations of the random effects and the residual, in percentage points.
        rows: Number of rows fitted.
        problems: Limitations of the fit, as sentences.
    """

    reference: str
    effects: tuple[MixedEffect, ...]
    deviations: dict[str, float]
    rows: int
    problems: tuple[str, ...]


def fit_mixed_model(
    scores: Sequence[float], models: Sequence[str], characters: Sequence[str], items: Sequence[str], runs: Sequence[int]
) -> MixedModel:
    """Fits score ~ model + (1 | character) + (1 | character:model) + (1 | item) + (1 | run) by `statsmodels` MixedLM (REML).

    Without character:model, a method that helps some characters and harms others would become significant with enough
    questions (Barr et al. 2013, Random effects structure for confirmatory hypothesis testing). With few characters its variance
    is often estimated at zero, so the standard errors of the effects are not the model's but those of Liang and Zeger (1986,
    Biometrika 73) over characters, with the correction and degrees of freedom of `cluster_interval`: where every character has
    the same rows, intervals and p values are those of a paired t test over characters. With one character they are the model's
    own, with the normal distribution, and so they are, with t, where all characters have the same difference.

    Args:
        scores: Scores in percent, shape (rows,).
        models: Model of each row; the first is the reference.
        characters: Character of each row.
        items: Question of each row.
        runs: Run of each row.

    Returns:
        The model. A failed or doubtful fit raises nothing and is described in `problems`.
    """
    import pandas as pd

    frame = pd.DataFrame({"score": scores, "model": models, "character": characters, "item": items, "run": runs})
    reference, problems = models[0], []
    frame, left_out = _thinned(frame)
    if left_out:
        kept = frame["item"].nunique()
        problems.append(f"The mixed model is fitted on {kept} of {kept + left_out} questions, evenly spaced.")
    if frame["character"].nunique() > 1 and frame["model"].nunique() > 1:
        frame[BY_CHARACTER] = frame["character"] + "\n" + frame["model"]
    random = [name for name in _RANDOM if name in frame and frame[name].nunique() > 1]
    if frame["model"].nunique() < 2 or not random or float(frame["score"].std()) < 1e-9:
        reason = "it needs two methods, several rows of each, and scores that differ"
        return MixedModel(reference, (), {}, len(frame), (*problems, f"There is no mixed model: {reason}."))
    names = [name for name in dict.fromkeys(frame["model"]) if name != reference]
    try:
        fitted, doubts = _fit(frame, reference, names, random)
        errors = _standard_errors(fitted, frame["character"])
    except (np.linalg.LinAlgError, ValueError) as error:
        return MixedModel(reference, (), {}, len(frame), (*problems, f"The mixed model could not be fitted ({error})."))
    variances = dict(zip(fitted.model.exog_vc.names, fitted.vcomp, strict=True))
    deviations = {name: round(math.sqrt(max(float(variances[name]), 0.0)), DECIMALS) for name in random}
    deviations["residual"] = round(math.sqrt(float(fitted.scale)), DECIMALS)
    nothing = [name for name in random if deviations[name] <= ZERO_SHARE * deviations["residual"]]
    if fitted.converged and nothing:
        doubts.append(f"The mixed model estimates the random effect of {' and of '.join(nothing)} at zero.")
    effects = tuple(_effect(fitted, name, place, *errors[place]) for place, name in enumerate(names, 1))
    return MixedModel(reference, effects, deviations, len(frame), (*problems, *doubts))


def _thinned(frame: Any) -> tuple[Any, int]:
    """Keeps evenly spaced questions, all their rows, where there are too many rows; returns how many questions go."""
    items = list(dict.fromkeys(frame["item"]))
    kept = max(2, len(items) * MAX_ROWS // len(frame)) if len(frame) > MAX_ROWS else len(items)
    if kept >= len(items):
        return frame, 0
    chosen = {items[place * len(items) // kept] for place in range(kept)}
    return frame[frame["item"].isin(chosen)].reset_index(drop=True), len(items) - len(chosen)


def _fit(frame: Any, reference: str, names: Sequence[str], random: Sequence[str]) -> tuple[Any, list[str]]:
    import pandas as pd
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec

    exog = pd.DataFrame({"reference": np.ones(len(frame)), **{name: (frame["model"] == name).astype(float) for name in names}})
    dummies = {name: pd.get_dummies(frame[name], dtype=float) for name in random}
    # One group of all rows makes the random effects crossed rather than nested.
    spec = VCSpec(
        list(random),
        [[[str(c) for c in dummies[name].columns]] for name in random],
        [[dummies[name].to_numpy()] for name in random],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they warn of, no convergence and effects of zero, is read from the fit
        # Powell needs no gradient, which is slow for crossed effects; the other is tried where it does not converge.
        fitted = MixedLM(frame["score"], exog, np.ones(len(frame)), exog_vc=spec).fit(reml=True, method=["powell", "lbfgs"])
    return fitted, [] if fitted.converged else ["The mixed model's fit did not converge: read its figures as a rough guide."]


def _standard_errors(fitted: Any, characters: Any) -> list[tuple[float, float]]:
    """Returns the standard error of each fixed effect over characters, and its degrees of freedom.

    They are the model's own for a single character, and where characters do not differ beyond rounding.
    """
    exog, parts = fitted.model.exog, zip(fitted.model.exog_vc.mats, fitted.vcomp, strict=True)
    covariance = fitted.scale * np.eye(len(exog)) + sum(float(variance) * mats[0] @ mats[0].T for mats, variance in parts)
    weighted = np.linalg.solve(covariance, exog)
    of_rows = np.linalg.solve(exog.T @ weighted, weighted.T)  # what a point more of a row adds to each effect
    residuals = np.asarray(fitted.model.endog) - exog @ np.asarray(fitted.fe_params)
    own = np.stack([characters == name for name in characters.unique()]).astype(float)
    errors = [clustered_error(own @ (row * column), own @ (row * residuals)) for row, column in zip(of_rows, exog.T, strict=True)]
    if all(error > SMALLEST_ERROR for error, _ in errors[1:]):
        return errors
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of no convergence, which is read from the fit
        return [(float(error), len(own) - 1 or math.inf) for error in fitted.bse_fe]


def _effect(fitted: Any, name: str, place: int, error: float, freedom: float) -> MixedEffect:
    from scipy.stats import t as student

    value, rows = float(fitted.fe_params.iloc[place]), len(fitted.model.endog)
    half = float(student.ppf(0.975, freedom)) * float(error)
    p = 2 * float(student.sf(abs(value) / error, freedom)) if error > 0 else math.nan
    estimate = Estimate(round(value, DECIMALS), round(value - half, DECIMALS), round(value + half, DECIMALS), rows)
    return MixedEffect(name, estimate, round(p, 6))
