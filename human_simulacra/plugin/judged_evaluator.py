"""The OpenCompass evaluator that has judge models read the replies; their calls are cached, so resuming repeats none."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, ClassVar

from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls, row_key
from human_simulacra.library import Library
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.judge_models import JudgedModel, check_judges, run_calls
from human_simulacra.results.reply_status import ANSWERED, Status
from human_simulacra.schema import AtLeastOne, Configs, Text, Whole

Rows = Sequence[Mapping[str, Any]]
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
        judges: Configs,
        concurrency: AtLeastOne = 8,
        retry: AtLeastOne = 5,
        seed: Whole = 0,
        cache_dir: Text | None = None,
        data: Text | None = None,
    ) -> None:
        super().__init__(concurrency=concurrency, retry=retry, seed=seed, cache_dir=cache_dir)
        self.judges, self.library = list(judges), Library(data)

    @classmethod
    def check(cls, arguments: Mapping[str, Any], characters: set[str], models: int, where: str) -> None:
        """Raises a UserError if a judge or an argument is invalid."""
        check_judges(arguments.get("judges") or (), where)
        super().check(arguments, characters, models, where)

    @abstractmethod
    def plan(
        self, model: str, informed: bool, rows: Rows, replied: Replied, judges: Sequence[Judge], calls: JudgeCalls
    ) -> tuple[int, Coroutine[Any, Any, list[Entry]]]:
        """Returns the number of judgements, and what makes them.

        Args:
            model: The judged model's name.
            informed: Whether its method knows the character.
            rows: All rows, in order.
            replied: The rows with a reply that judges read.
            judges: The judges of this model.
            calls: Asks them.
        """

    def extra_columns(
        self, predictions: Sequence[str | None], rows: Sequence[Mapping[str, Any]], statuses: Sequence[Status]
    ) -> list[dict[str, Any]]:
        """Returns the column `judgements`: what the judges wrote about each row."""
        put = zip(rows, predictions, statuses, strict=True)
        replied = [(row, reply) for row, reply, status in put if reply is not None and status in self.judged_statuses]
        model, judges = self.output.parent.name, self.build_judges(self.judges)
        informed = self.find_models().get(model, JudgedModel()).informed
        calls = JudgeCalls(self.concurrency, self.seed)
        count, judging = self.plan(model, informed, rows, replied, judges, calls)
        found: dict[str, list[dict[str, Any]]] = {row_key(row): [] for row in rows}
        for row, entry in run_calls("judging", self.output, "judgements", count, judging, calls):
            found[row].append(entry)
        return [{"judgements": found[row_key(row)]} for row in rows]
