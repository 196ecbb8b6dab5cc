"""Choice among options by likelihood: an option's scores and the rule that chooses. Runs and replays share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class OptionScore:
    """The scores of one option: its log-probabilities after the method's prompt and after the `neutral` prompt.

    `score` is the difference per token, by which options are chosen.
    """

    option: str
    logprob: float
    neutral: float
    tokens: int
    score: float


def choose_options(choices: Sequence[OptionScore], several: bool) -> tuple[int, ...]:
    """Returns the positions of the chosen options.

    Args:
        choices: At least one option.
        several: If False, the option with the best score is chosen (the first of equals). If True, all options above the
            mean score are chosen, which needs no knowledge of how many are correct; all of them if all scores are equal.
    """
    scores = [choice.score for choice in choices]
    if not several:
        return (scores.index(max(scores)),)
    mean = sum(scores) / len(scores)
    return tuple(i for i, score in enumerate(scores) if score > mean) or tuple(range(len(scores)))
