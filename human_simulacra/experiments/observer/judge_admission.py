"""Which judge models are admitted: those that tell the characters apart by their answers more often than chance would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

SIGNIFICANCE_LEVEL = 0.05


@dataclass(frozen=True)
class IdentityCheck:
    """One identity check: whether a judge picked, of `options` lives, the one that a `character`'s answer set belongs to."""

    judge: str
    character: str
    options: int
    right: bool


@dataclass(frozen=True)
class Admission:
    """The outcome of a judge's identity checks.

    Args:
        judge: The judge.
        trials: Answer sets that it was to place.
        right: Those that it placed rightly.
        characters: Characters whose sets these are.
        known: Characters of whose sets it placed more than half rightly.
        chance: Chance of placing one set rightly; None without any trial, as are the next three.
        accuracy: Percent of sets placed rightly.
        p: The test's p value.
        least: The smallest p that so many characters can give.
        admitted: Whether the judge's grades count.
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
        """Whether there were characters enough for any judge to be admitted."""
        return self.least is not None and self.least < SIGNIFICANCE_LEVEL


def admit_judge(judge: str, trials: Sequence[IdentityCheck]) -> Admission:
    """Decides on a judge by a one-sided binomial test over characters at 5 %; without any trial it is not admitted.

    A judge that takes one character's answers for another's tends to do so with every method, so that the answer sets of a
    character are not independent. Each character counts once, as known where more than half of its sets were placed rightly,
    and p is the binomial chance of so many known characters or more. A judge that knows nothing makes a character known no
    more often than it places a set rightly, but by a hair where it is given a dozen sets and more of each.

    Trials with different numbers of lives are tested against the easiest of them, which is the stricter test.
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
