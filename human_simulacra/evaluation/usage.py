"""What a run took: calls, tokens and seconds, per agent and in all, from the traces of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Usage:
    """Sums over calls. Tokens and seconds are those of the calls when they were made, `from_cache` counts repeats."""

    calls: int = 0
    from_cache: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    estimated: bool = False

    def add(self, completion: Mapping[str, Any]) -> None:
        """Adds one call."""
        self.calls += 1
        self.from_cache += completion["from_cache"]
        self.prompt_tokens += completion["prompt_tokens"]
        self.cached_tokens += completion["cached_tokens"]
        self.completion_tokens += completion["completion_tokens"]
        self.seconds += completion["seconds"]
        self.estimated |= completion["estimated"]

    @property
    def cached_share(self) -> float:
        """The share of prompt tokens that the server had in its prefix cache, in percent."""
        return 100.0 * self.cached_tokens / self.prompt_tokens if self.prompt_tokens else 0.0


def usage_by_agent(traces: Iterable[Mapping[str, Any] | None]) -> dict[str, Usage]:
    """Returns the usage of each agent and of `all` together, from traces as `Trace.as_dict` writes them."""
    result: dict[str, Usage] = {"all": Usage()}
    for trace in traces:
        for call in trace["calls"] if trace else ():
            result["all"].add(call["completion"])
            result.setdefault(call["agent"], Usage()).add(call["completion"])
    return result


def as_dict(usage: Mapping[str, Mapping[str, Usage]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Returns usage by model and agent as JSON-ready dictionaries, with the cached share."""
    return {
        model: {agent: {**asdict(u), "cached_share": u.cached_share} for agent, u in agents.items()}
        for model, agents in usage.items()
    }
