"""Choice among options by likelihood: an option's scores and the rule that chooses. Runs and replays share it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Why a question that offers "I do not know" cannot be answered so, and what to do.
NO_ABSTENTION = (
    '"I do not know" says nothing about the question, so its likelihood compares with no other option\'s: set '
    "answering='generate' or 'structured' on the model, or abstention=False on the dataset"
)


@dataclass(frozen=True)
class OptionScore:
    """The scores of one option: its log-probabilities after the method's prompt and after the `neutral` prompt.

    `score` is the standardised difference (`standardise`), by which options are chosen.
    """

    option: str
    logprob: float
    neutral: float
    tokens: int
    score: float


def standardise(gains: Sequence[float], tokens: Sequence[int]) -> list[float]:
    """Returns by how much each option gained more than its length lets expect, in multiples of the standard deviation.

    If all tokens of a question's options gain at one rate, with independent deviations of one variance, then an option of
    n of N tokens is expected to gain n times the mean gain per token, with a variance proportional to n (1 - n / N). The
    sum of gains prefers long options as soon as the rate is positive. The mean per token prefers short ones, because the
    mean of few tokens deviates more. Standardised gains prefer neither.

    Args:
        gains: The difference in log-probability of each option, in nats.
        tokens: The number of tokens of each option, at least 1.

    Returns:
        One number for each option; equal gains per token give zeros. One option alone gets 0.
    """
    total = sum(tokens)
    rate = sum(gains) / total
    # Rounded, so that options that are equal but for floating-point noise are equal.
    return [
        round((gain - count * rate) / math.sqrt(count * (1 - count / total)), 9) if count < total else 0.0
        for gain, count in zip(gains, tokens, strict=True)
    ]


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
