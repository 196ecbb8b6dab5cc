"""An option weighed by likelihood, and the rule by which options are picked: the same when a run is replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class OptionScore:
    """An option weighed by likelihood: its log-probability after the method's prompt and after the `neutral` one.

    `score` is the difference a token, which decides.
    """

    option: str
    logprob: float
    neutral: float
    tokens: int
    score: float


def choose_options(choices: Sequence[OptionScore], several: bool) -> tuple[int, ...]:
    """Returns the positions of the options chosen.

    Args:
        choices: At least one option.
        several: False takes the best (of equals the first). True takes all that score above the options' mean, which
            needs no knowledge of how many are right; where all score alike, all are taken.
    """
    scores = [choice.score for choice in choices]
    if not several:
        return (scores.index(max(scores)),)
    mean = sum(scores) / len(scores)
    return tuple(i for i, score in enumerate(scores) if score > mean) or tuple(range(len(scores)))
