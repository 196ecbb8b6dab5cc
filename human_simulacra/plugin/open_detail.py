"""The OpenCompass dataset and evaluator of the open details."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from human_simulacra.experiments.open_detail.contradiction_judging import count_judgements, judge_details
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls
from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.judged_evaluator import JudgedEvaluator, Replied, Rows


class OpenDetailDataset(ExperimentDataset):
    """Questions on what the texts do not say; see `experiments.open_detail.rows`."""

    experiment = "open_detail"


class OpenDetailEvaluator(JudgedEvaluator):
    """Has judge models say whether a reply contradicts the life."""

    def plan(
        self, model: str, informed: bool, rows: Rows, replied: Replied, judges: Sequence[Judge], calls: JudgeCalls
    ) -> tuple[int, Coroutine[Any, Any, list[Entry]]]:
        """Returns the number of judgements, and what makes them."""
        count = count_judgements([row for row, _ in replied], len(judges))
        return count, judge_details(self.library, replied, judges, calls)
