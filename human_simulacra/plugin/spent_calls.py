"""What the calls that were really made took, for the display of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from human_simulacra.display.counts import Spent
from human_simulacra.results.usage import Usage, model_cost

Prices = Mapping[str, Mapping[str, float] | None]


def sum_spent(completions: Iterable[Mapping[str, Any]], prices: Prices, agent: str = "top") -> Spent:
    """Returns the sum of completions that did not come from the call cache.

    Args:
        completions: Completions as dictionaries, as traces and judgements hold them.
        prices: The prices of `usage.model_cost`.
        agent: The agent that made the calls.
    """
    used = Usage()
    for completion in completions:
        if not completion["from_cache"]:
            used.add(completion)
    return Spent(used.calls, used.prompt_tokens, used.completion_tokens, model_cost({agent: used}, prices))


def sum_trace(trace: Mapping[str, Any] | None, prices: Prices) -> Spent:
    """Returns the sum of an answer's calls that did not come from the call cache; arguments as for `sum_spent`."""
    total = Spent()
    for call in trace["calls"] if trace else ():
        total.add(sum_spent([call["completion"]], prices, call["agent"]))
    return total
