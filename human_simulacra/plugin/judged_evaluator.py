"""The OpenCompass evaluator that has judge models read the replies; their calls are cached, so resuming repeats none."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from human_simulacra.backbones import CallCache
from human_simulacra.errors import UserError
from human_simulacra.files import cache_dir as default_cache_dir
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls
from human_simulacra.library import Library
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.judge_models import build_judges, check_judges, find_judged_model
from human_simulacra.plugin.secret_redaction import redact
from human_simulacra.progress import Progress
from human_simulacra.results.reply_status import ANSWERED, Status

Replied = Sequence[tuple[Mapping[str, Any], str]]  # the rows with a reply, and the reply


class JudgedEvaluator(ExperimentEvaluator):
    """Has judge models read the replies; a subclass says what they are asked.

    Args:
        judges: OpenCompass model configs, each with an abbr.
        concurrency: Maximum number of concurrent judgements.
        retry: Maximum number of attempts per call.
        seed: Seed of sampling.
        cache_dir: Folder of the call cache; None for the user's cache folder.
        data: The dataset's data folder; None for the dataset package.

    Attributes:
        judged_statuses: The statuses of the replies that judges read.
    """

    judged_statuses: ClassVar[tuple[Status, ...]] = (ANSWERED,)

    def __init__(
        self,
        judges: Sequence[Mapping[str, Any]],
        concurrency: int = 8,
        retry: int = 5,
        seed: int = 0,
        cache_dir: str | None = None,
        data: str | None = None,
    ) -> None:
        super().__init__()
        self.judges, self.concurrency, self.retry, self.seed = list(judges), concurrency, retry, seed
        self.library = Library(data)
        self.cache_dir = Path(cache_dir or default_cache_dir())

    @classmethod
    def check(cls, arguments: Mapping[str, Any], characters: set[str], where: str) -> None:
        """Raises a UserError if a judge or an argument is invalid."""
        check_judges(arguments.get("judges") or (), where)
        try:
            evaluator = cls(**arguments)
        except TypeError as error:
            raise UserError(f"{where}: {error}") from None
        evaluator.check_settings(characters, where)

    def check_settings(self, characters: set[str], where: str) -> None:
        """Raises a UserError if a setting is out of range or a judge cannot read a character's text; here it does nothing."""

    @abstractmethod
    def plan(
        self, model: str, informed: bool, replied: Replied, judges: Sequence[Judge], calls: JudgeCalls
    ) -> tuple[int, Coroutine[Any, Any, list[Entry]]]:
        """Returns the number of judgements, and what makes them.

        Args:
            model: The judged model's name.
            informed: Whether its method knows the character.
            replied: The rows with a reply that judges read.
            judges: The judges of this model.
            calls: Asks them.
        """

    def extra_columns(
        self, predictions: Sequence[str | None], rows: Sequence[Mapping[str, Any]], statuses: Sequence[Status]
    ) -> list[dict[str, Any]]:
        """Returns the column `judgements`: what the judges wrote about each row."""
        output = self.output
        judged, informed = find_judged_model(output.parents[2], output.parent.name)
        put = zip(rows, predictions, statuses, strict=True)
        replied = [(row, reply) for row, reply, status in put if reply is not None and status in self.judged_statuses]
        cache = CallCache(self.cache_dir / "calls.sqlite")
        judges = build_judges(judged, self.judges, self.concurrency, self.retry, cache)
        calls = JudgeCalls(self.concurrency, self.seed)
        count, judging = self.plan(output.parent.name, informed, replied, judges, calls)
        progress = Progress(f"judging {output.parent.name}/{output.name}", count, unit="judgements")
        calls.on_judgement = lambda failed: progress.step(failed=failed)
        try:
            entries = asyncio.run(judging)
        finally:
            progress.close()
        found: dict[str, list[dict[str, Any]]] = {str(row["id"]): [] for row in rows}
        for row, entry in entries:
            found[row].append({**entry, "error": None if entry["error"] is None else redact(entry["error"])})
        return [{"judgements": found[str(row["id"])]} for row in rows]
