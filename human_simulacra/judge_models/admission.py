"""Admission of judges: a judge must answer questions with a known answer better than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

SIGNIFICANCE_LEVEL = 0.05
NO_JUDGE = "no judge admitted"  # the caveat of figures by judges that are not admitted


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
        known: Number of characters with more than half of their checks answered rightly.
        chance: Probability of a correct guess, 0 to 1.
        accuracy: Percentage of checks answered rightly.
        p: One-sided p value of the binomial test.
        least: Smallest p value possible with this number of characters.
        admitted: Whether the judge is admitted.
    """

    judge: str
    trials: int
    right: int
    characters: int
    known: int
    chance: float | None
    accuracy: float | None
    p: float | None
    least: float | None
    admitted: bool

    @property
    def possible(self) -> bool:
        """Whether there are enough characters to admit any judge."""
        return self.least is not None and self.least < SIGNIFICANCE_LEVEL


def admit_judge(judge: str, trials: Sequence[KnownAnswerCheck]) -> Admission:
    """Decides on a judge by a one-sided binomial test (`scipy.stats.binomtest`) over characters at p < 0.05.

    The checks of a character are not independent: a judge that confuses two characters does so with every method. So each
    character counts once, as known if more than half of its checks were right. Checks with different numbers of options use
    the highest chance, which is conservative. A judge without checks is not admitted.
    """
    own = [trial for trial in trials if trial.judge == judge]
    if not own:
        return Admission(judge, 0, 0, 0, 0, None, None, None, None, False)
    sets: dict[str, list[bool]] = {}
    for trial in own:
        sets.setdefault(trial.character, []).append(trial.right)
    right, known = sum(trial.right for trial in own), sum(2 * sum(placed) > len(placed) for placed in sets.values())
    chance = 1 / min(trial.options for trial in own)
    p = float(binomtest(known, len(sets), chance, alternative="greater").pvalue)
    least = chance ** len(sets)
    return Admission(judge, len(own), right, len(sets), known, chance, 100.0 * right / len(own), p, least, p < SIGNIFICANCE_LEVEL)
