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

    def cost(self, price: Mapping[str, float]) -> float:
        """Returns what the calls cost at a price of `input` and `output`, and where it differs `cached`, per million tokens.

        Calls that the call cache answered count as if they had been made, so that a method costs the same in every run.
        """
        fresh = self.prompt_tokens - self.cached_tokens
        cached = price.get("cached", price.get("input", 0.0)) * self.cached_tokens
        return (price.get("input", 0.0) * fresh + cached + price.get("output", 0.0) * self.completion_tokens) / 1e6

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


def usage_by_model(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Usage]]:
    """Returns the usage of each model's agents from a run's rows, then of each judge by kind of judgement (`judge NAME`)."""
    traces: dict[str, list[Mapping[str, Any] | None]] = {}
    judged: dict[str, dict[str, Usage]] = {}
    for row in rows:
        traces.setdefault(row["model"], []).append(row["trace"])
        for judgement in row.get("judgements") or ():
            if took := judgement.get("took"):
                judge = judged.setdefault(judge_usage_name(judgement["judge"]), {"all": Usage()})
                judge["all"].add(took)
                judge.setdefault(judgement["kind"], Usage()).add(took)
    return {**{model: usage_by_agent(own) for model, own in traces.items()}, **judged}


def judge_usage_name(judge: str) -> str:
    """Returns the name under which a judge's usage stands beside that of the models."""
    return f"judge {judge}"


def model_cost(usage: Mapping[str, Usage], prices: Mapping[str, Mapping[str, float] | None]) -> float | None:
    """Returns what one model's calls cost, or None where a price is not known.

    Args:
        usage: By agent, as `usage_by_agent` returns it.
        prices: The price of the Top agent's backbone (`top`), which is asked the neutral prompts too, and of the other
            agents' (`agents`).
    """
    total = 0.0
    for agent, used in usage.items():
        price = prices.get("top" if agent in ("top", "neutral") else "agents")
        if agent != "all" and used.calls:
            if not price:
                return None
            total += used.cost(price)
    return total if prices.get("top") else None


def usage_as_dict(usage: Mapping[str, Mapping[str, Usage]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Returns usage by model and agent as JSON-ready dictionaries, with the cached share."""
    return {
        model: {agent: {**asdict(u), "cached_share": u.cached_share} for agent, u in agents.items()}
        for model, agents in usage.items()
    }
