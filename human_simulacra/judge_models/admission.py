"""Admission of judges: a judge must answer questions with a known answer better than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

SIGNIFICANCE_LEVEL = 0.05
# Caveats of figures: by judges that are not admitted, and by a judge that is the judged model.
NO_JUDGE, OWN_JUDGE = "no judge admitted", "judged by itself"
ADMISSION_RULE = f"more often than chance, even if those of one character depend on each other (p <= {SIGNIFICANCE_LEVEL})"


@dataclass(frozen=True)
class KnownAnswerCheck:
    """One question with a known answer about a character, and whether the judge was right; a guess is, once in `options`."""

    judge: str
    character: str
    options: int
    right: bool


@dataclass(frozen=True)
class Admission:
    """The result of a judge's checks. Without checks, the four optional values are None.

    Args:
        judge: The judge.
        trials: Number of checks.
        right: Number of checks answered rightly.
        characters: Number of characters checked.
        chance: Probability of a correct guess, 0 to 1; the mean over characters.
        accuracy: Percentage of checks answered rightly.
        p: One-sided p value, see `chance_p_value`.
        least: Smallest p value possible with these characters.
        admitted: Whether the judge is admitted.
    """

    judge: str
    trials: int
    right: int
    characters: int
    chance: float | None
    accuracy: float | None
    p: float | None
    least: float | None
    admitted: bool

    @property
    def possible(self) -> bool:
        """Whether there are enough characters to admit any judge."""
        return self.least is not None and self.least <= SIGNIFICANCE_LEVEL


def admit_judge(judge: str, trials: Sequence[KnownAnswerCheck]) -> Admission:
    """Decides on a judge by `chance_p_value` at p <= 0.05. A judge without checks is not admitted."""
    own = [trial for trial in trials if trial.judge == judge]
    if not own:
        return Admission(judge, 0, 0, 0, None, None, None, None, False)
    sets: dict[str, list[KnownAnswerCheck]] = {}
    for trial in own:
        sets.setdefault(trial.character, []).append(trial)
    shares = np.array([np.mean([check.right for check in checks]) for checks in sets.values()])
    chances = np.array([np.mean([1 / check.options for check in checks]) for checks in sets.values()])
    right, p, least = sum(trial.right for trial in own), chance_p_value(shares, chances), chance_p_value(shares**0, chances)
    chance, accuracy = float(chances.mean()), 100.0 * right / len(own)
    return Admission(judge, len(own), right, len(sets), chance, accuracy, p, least, p <= SIGNIFICANCE_LEVEL)


def not_admitted_note(admissions: Sequence[Admission]) -> list[str]:
    """Returns a note that names the judges that are not admitted; empty if there is none."""
    names = [entry.judge for entry in admissions if not entry.admitted]
    return [f"Not admitted: {', '.join(names)}. What they say enters no figure of the other judges."] if names else []


def chance_p_value(shares: np.ndarray, chances: np.ndarray, level: float = SIGNIFICANCE_LEVEL) -> float:
    """Tests whether a judge is right more often than by chance, where checks of one character may depend on each other.

    A judge that confuses two characters does so with every method, so checks of one character can be all right or all wrong.
    But if one check of each character is drawn at random, the number right by guessing is Poisson binomial, whatever the
    dependence within characters. A score of that number which has expectation 1 under guessing keeps this expectation when it
    is averaged over all draws (an e-value), so 1 / average is a p value by Markov's inequality (Vovk and Wang 2021).

    The score is 0 below k, the fewest right that guessing reaches with probability `level` or less; 1 / level at k, so that
    k characters with all checks right suffice; and above k what expectation 1 leaves.

    Args:
        shares: Share of right checks of each character, shape (characters,).
        chances: Probability of a right guess of each character, shape (characters,).
        level: The level at which the test has most power.

    Returns:
        The p value; at any `level`, a judge that guesses has a p of x or less with probability x at most.
    """
    tail = _at_least(chances)
    count = len(chances)
    k = next((k for k in range(count) if tail[k] <= level), count)
    score = np.zeros(count + 1)
    if k < count:
        score[k] = 1 / level
        score[k + 1 :] = (1 - (tail[k] - tail[k + 1]) / level) / tail[k + 1]
    else:
        score[k] = 1 / tail[k]
    average = float(_probabilities(shares) @ score)
    return min(1.0, 1 / average) if average > 0 else 1.0


def _probabilities(shares: np.ndarray) -> np.ndarray:
    """Returns the probabilities of 0 to n successes of independent trials (the Poisson binomial distribution)."""
    return reduce(np.convolve, [np.array([1 - share, share]) for share in shares])


def _at_least(shares: np.ndarray) -> np.ndarray:
    """Returns the probabilities of at least 0 to n successes."""
    return np.cumsum(_probabilities(shares)[::-1])[::-1]
