"""Which judge models are heard: those that tell the characters apart by their answers more often than chance would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

LEVEL = 0.05


@dataclass(frozen=True)
class Trial:
    """One identity check of a judge: whether it picked, of `options` lives, the one that an answer set belongs to."""

    judge: str
    options: int
    right: bool


@dataclass(frozen=True)
class Admission:
    """The outcome of a judge's identity checks; `p` and `accuracy` (percent) are None where there was no trial."""

    judge: str
    trials: int
    right: int
    chance: float | None
    accuracy: float | None
    p: float | None
    admitted: bool


def admit(judge: str, trials: Sequence[Trial]) -> Admission:
    """Decides on a judge by a one-sided binomial test at 5 %; without any trial it is not admitted.

    Trials with different numbers of lives are tested against the easiest of them, which is the stricter test.
    """
    own = [trial for trial in trials if trial.judge == judge]
    if not own:
        return Admission(judge, 0, 0, None, None, None, False)
    right = sum(trial.right for trial in own)
    chance = 1 / min(trial.options for trial in own)
    p = float(binomtest(right, len(own), chance, alternative="greater").pvalue)
    return Admission(judge, len(own), right, chance, 100.0 * right / len(own), p, p < LEVEL)
