"""What a run will ask of models behind an API, before anything is paid: calls, tokens and money.

A few rows of each dataset are rehearsed: the method runs with its real prompts and retrieval, and a stand-in counts.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from human_simulacra.amounts import format_money, format_tokens
from human_simulacra.backbones.base import estimate_tokens
from human_simulacra.errors import UserError
from human_simulacra.event_loops import run_coroutine
from human_simulacra.messages import tell
from human_simulacra.results.usage import Usage, model_cost
from human_simulacra.types import Completion, Generation, Message

if TYPE_CHECKING:
    from datasets import Dataset

REHEARSED_ROWS = 3
WRITTEN_SHARE = 0.5  # of the limit of an answer, which models seldom reach


class CountingBackbone:
    """Stands in for a model: answers with a number, and counts what is asked."""

    fingerprint = "rehearsal"

    def __init__(self) -> None:
        self.usage = Usage()

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Returns an answer that every agent can go on from."""
        read = sum(estimate_tokens(message.content) for message in messages)
        done = Completion("1", read, 0, int(generation.max_tokens * WRITTEN_SHARE))
        self.usage.calls += 1
        self.usage.prompt_tokens += done.prompt_tokens
        self.usage.completion_tokens += done.completion_tokens
        return done


@dataclass(frozen=True)
class Expected:
    """What a run is expected to ask for; `money` is None if a model has no price."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    money: float | None


def agree_to_cost(config: Any, loaded: Sequence[tuple[Mapping[str, Any], Dataset]], max_cost: float | None) -> None:
    """Says what a run is expected to cost, and asks at a terminal if that is more than a limit.

    Args:
        config: A checked config.
        loaded: The config and the rows of each experiment's dataset.
        max_cost: The limit, in the currency of the models' `price`; None for none.

    Raises:
        UserError: If the limit needs a price that is not given, or the answer is no.
    """
    expected = estimate(config, loaded)
    if max_cost is not None and expected.money is None:
        raise UserError("--max-cost needs the price of every model: -T llm.price=\"{'input': 0.15, 'output': 0.6}\"")
    if expected.calls:
        tell(f"expected at most: {_describe(expected)}")
    if max_cost is not None and (expected.money or 0.0) > max_cost:
        if not sys.stdin.isatty():
            given = f"{format_money(expected.money or 0.0)} is expected, more than --max-cost {max_cost:g}"
            raise UserError(f"{given}: raise it, or take fewer rows")
        if not _says_yes("go on? [y/N] "):
            raise UserError("nothing was asked and nothing paid")


def _says_yes(question: str) -> bool:
    """Asks at the terminal; the end of the input is a no."""
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def estimate(config: Any, loaded: Sequence[tuple[Mapping[str, Any], Dataset]]) -> Expected:
    """Returns what the models behind an API are expected to be asked, without judges and without their reasoning.

    Arguments are those of `agree_to_cost`.
    """
    from human_simulacra.plugin.config_classes import has_type
    from human_simulacra.plugin.llm_config import asks_chat_server
    from human_simulacra.plugin.model import Simulacrum

    found = []
    for entry in config["models"]:
        if has_type(entry, Simulacrum) and asks_chat_server(entry["llm"]):
            model = Simulacrum(**{key: value for key, value in entry.items() if key not in ("type", "abbr")})
            used = Usage()
            for _, rows in loaded:
                _rehearse(model, rows, used)
            price = entry["llm"].get("price")
            found.append((used, model_cost({"top": used}, {"top": price}) if price else None))
    costs = [cost for _, cost in found]
    return Expected(
        sum(used.calls for used, _ in found),
        sum(used.prompt_tokens for used, _ in found),
        sum(used.completion_tokens for used, _ in found),
        None if None in costs else sum(filter(None, costs)),
    )


def _rehearse(model: Any, rows: Dataset, used: Usage) -> None:
    """Adds what a model is expected to use on a dataset, from rows that are evenly spaced in it."""
    from human_simulacra.plugin.stimulus_serialization import decode_stimulus

    count = min(REHEARSED_ROWS, len(rows))
    counting = CountingBackbone()
    method = model.rehearsal(counting)

    async def rehearse() -> None:
        for place in range(count):
            await method.respond(decode_stimulus(rows[place * len(rows) // count]["envelope"]))

    run_coroutine(rehearse())
    for name in ("calls", "prompt_tokens", "completion_tokens"):
        setattr(used, name, getattr(used, name) + round(getattr(counting.usage, name) * len(rows) / count))


def _describe(expected: Expected) -> str:
    money = f", {format_money(expected.money)} in the currency of the price" if expected.money is not None else ""
    read, written = format_tokens(expected.prompt_tokens), format_tokens(expected.completion_tokens)
    return (
        f"{expected.calls:,} calls, {read} tokens read and {written} written{money}; without judges and reasoning, and calls in "
        "the cache are free"
    )
