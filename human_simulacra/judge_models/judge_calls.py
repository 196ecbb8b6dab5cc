"""Asking judge models, with bounded concurrency; a failed call is recorded, not raised."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from human_simulacra.backbones.base import Backbone, BackboneError
from human_simulacra.types import Completion, Generation, Message

Entry = tuple[str, dict[str, Any]]  # a row's key (`row_key`) and what a judge wrote about the row


def row_key(row: Mapping[str, Any]) -> str:
    """Returns what tells a row from the others of a model: its id, with the run if the question was asked several times."""
    run = row.get("run", 1)
    return str(row["id"]) if run == 1 else f"{row['id']}, run {run}"


@dataclass(frozen=True)
class Judge:
    """A judge model.

    Args:
        name: Its name in the report.
        backbone: The model.
        context: Its context length in tokens.
        own: Whether it judges itself, as the answering model or that of its agents.
        reply_tokens: Maximum tokens of every reply (a reasoning model needs more); None for the maximum of the task.
        price: Money per million tokens, as in a backbone's config; None if it has none.
    """

    name: str
    backbone: Backbone
    context: int
    own: bool = False
    reply_tokens: int | None = None
    price: Mapping[str, float] | None = None


@dataclass
class JudgeCalls:
    """Calls to judges.

    Args:
        concurrency: Maximum number of concurrent calls.
        seed: Seed of sampling.
        on_judgement: Called after every judgement with the judge and what it wrote; with None for both if it was skipped.
    """

    concurrency: int = 8
    seed: int = 0
    on_judgement: Callable[[Judge | None, Mapping[str, Any] | None], None] = lambda judge, entry: None

    def __post_init__(self) -> None:
        self._gate = asyncio.Semaphore(self.concurrency)

    async def ask(self, judge: Judge, kind: str, messages: Sequence[Message], reply_tokens: int, **more: Any) -> dict[str, Any]:
        """Asks a judge once.

        Returns:
            The judgement: `kind`, `judge`, `own`, what `more` adds, `text` and `took` (the usage), or `error` and no text.
        """
        entry: dict[str, Any] = {"kind": kind, "judge": judge.name, **more, "own": judge.own, "text": None, "error": None}
        entry["took"] = None
        generation = Generation(judge.reply_tokens or reply_tokens, seed=self.seed)
        async with self._gate:
            try:
                completion = await judge.backbone.complete(messages, generation)
                entry["took"] = _usage(completion)
                if not completion.text and completion.finish in ("length", "content_filter"):
                    raise BackboneError(f"{judge.name} gave no text (finish reason '{completion.finish}')")
                entry["text"] = completion.text
            except BackboneError as error:
                entry["error"] = str(error)
                entry["took"] = entry["took"] or (_usage(error.spent) if error.spent else None)
            except Exception as error:  # whatever fails concerns this judgement alone
                entry["error"] = f"{type(error).__name__}: {error}"
        self.on_judgement(judge, entry)
        return entry

    def skip(self, count: int) -> None:
        """Counts judgements that are skipped because there is nothing to judge."""
        for _ in range(count):
            self.on_judgement(None, None)


def _usage(completion: Completion) -> dict[str, Any]:
    return {key: value for key, value in asdict(completion).items() if key != "text"}


async def gather_entries(jobs: Sequence[Awaitable[list[Entry]]]) -> list[Entry]:
    """Runs all jobs and returns their entries in the order of the jobs; cancels the others if one fails."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        return [entry for entries in await asyncio.gather(*tasks) for entry in entries]
    finally:
        for task in tasks:
            task.cancel()
