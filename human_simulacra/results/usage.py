"""Usage of a run from the traces of its answers: calls, tokens, seconds and cost, by agent and in total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Usage:
    """Sums over calls, also those that gave nothing.

    Calls answered by the call cache count their original tokens and seconds; `from_cache` counts them.
    """

    calls: int = 0
    from_cache: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    estimated: bool = False

    def add(self, completion: Mapping[str, Any]) -> None:
        """Adds the calls of one completion; runs of earlier versions do not say how many, and had one."""
        requests = completion.get("requests", 1)
        self.calls += requests
        self.from_cache += requests * completion["from_cache"]
        self.prompt_tokens += completion["prompt_tokens"]
        self.cached_tokens += completion["cached_tokens"]
        self.completion_tokens += completion["completion_tokens"]
        self.seconds += completion["seconds"]
        self.estimated |= completion["estimated"]

    def cost(self, price: Mapping[str, float]) -> float:
        """Returns the cost at prices `input`, `output` and optionally `cached` per million tokens.

        Calls answered by the call cache are included, so that a method costs the same in every run.
        """
        fresh = self.prompt_tokens - self.cached_tokens
        cached = price.get("cached", price.get("input", 0.0)) * self.cached_tokens
        return (price.get("input", 0.0) * fresh + cached + price.get("output", 0.0) * self.completion_tokens) / 1e6

    @property
    def cached_share(self) -> float:
        """The percentage of prompt tokens that the server read from its prefix cache."""
        return 100.0 * self.cached_tokens / self.prompt_tokens if self.prompt_tokens else 0.0


def usage_by_agent(traces: Iterable[Mapping[str, Any] | None]) -> dict[str, Usage]:
    """Returns the usage of each agent and of `all`, from traces as written by `Trace.as_dict`."""
    result: dict[str, Usage] = {"all": Usage()}
    for trace in traces:
        for call in trace["calls"] if trace else ():
            result["all"].add(call["completion"])
            result.setdefault(call["agent"], Usage()).add(call["completion"])
    return result


def usage_by_model(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Usage]]:
    """Returns the usage of each model by agent, then of each judge and second reader by kind of judgement or reading.

    A judgement that rows of several models hold (`shared`) counts once: as the row that paid for it has it, if one did.
    """
    traces: dict[str, list[Mapping[str, Any] | None]] = {}
    entries: dict[tuple[str, Any], Mapping[str, Any]] = {}
    for row in rows:
        traces.setdefault(row["model"], []).append(row["trace"])
        calls = [(judge_usage_name(entry["judge"]), entry) for entry in row.get("judgements") or ()]
        if reading := row.get("reading"):
            calls.append((reader_usage_name(reading["judge"]), reading))
        for name, entry in calls:
            key = name, entry.get("shared") or len(entries)
            if entry.get("took") and (key not in entries or entries[key]["took"]["from_cache"]):
                entries[key] = entry
    judged: dict[str, dict[str, Usage]] = {}
    for (name, _), entry in entries.items():
        used = judged.setdefault(name, {"all": Usage()})
        used["all"].add(entry["took"])
        used.setdefault(entry["kind"], Usage()).add(entry["took"])
    return {**{model: usage_by_agent(own) for model, own in traces.items()}, **judged}


def judge_usage_name(judge: str) -> str:
    """Returns the key of a judge in the usage of a run."""
    return f"judge {judge}"


def reader_usage_name(reader: str) -> str:
    """Returns the key of a second reader in the usage of a run."""
    return f"reader {reader}"


def model_cost(usage: Mapping[str, Usage], prices: Mapping[str, Mapping[str, float] | None]) -> float | None:
    """Returns the cost of one model's calls, or None if a price is missing.

    Args:
        usage: Usage by agent, from `usage_by_agent`.
        prices: Price of the Top agent's backbone (`top`), which also answers neutral prompts, and of the other agents'
            (`agents`).
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
