"""How many of the ranked memories to use: those near the best, within a number and a budget of tokens."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.backbones.base import estimate_tokens
from human_simulacra.traces import RetrievedPassage

# A memory is used if its score is at least half of the best one, and at least this many standard deviations above the mean.
# Chosen on the dataset's questions: the recall of a fixed number with fewer memories (benchmarks/retrieval.py).
SHARE_OF_BEST, LEAST_SCORE = 0.5, 1.0


def select_near_best(ranked: Sequence[RetrievedPassage], most: int, tokens: int) -> list[RetrievedPassage]:
    """Returns the memories near the best one, in their order.

    Args:
        ranked: Memories with standardised scores, best first.
        most: Maximum number.
        tokens: Maximum of their estimated tokens together; see `fit_tokens`.
    """
    bound = max(LEAST_SCORE, SHARE_OF_BEST * ranked[0].score) if ranked else 0.0
    near = [memory for place, memory in enumerate(ranked[:most]) if place == 0 or memory.score >= bound]
    return fit_tokens(near, tokens)


def fit_tokens(memories: Sequence[RetrievedPassage], tokens: int) -> list[RetrievedPassage]:
    """Returns the first memories whose estimated tokens together are at most `tokens`; the first one in any case."""
    fitting: list[RetrievedPassage] = []
    for memory in memories:
        tokens -= estimate_tokens(memory.text)
        if fitting and tokens < 0:
            break
        fitting.append(memory)
    return fitting
