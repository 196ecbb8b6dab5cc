"""The OpenCompass evaluator that has judges read the reasons of decisions."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from human_simulacra.experiments.decisions.reason_judging import count_judgements, judge_reasons
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls
from human_simulacra.plugin.judged_evaluator import JudgedEvaluator, Replied, Rows


class DecisionReasonEvaluator(JudgedEvaluator):
    """Has judge models say whether the stated reason is the person's own; for rows with `reason=True`."""

    def plan(
        self, model: str, informed: bool, rows: Rows, replied: Replied, judges: Sequence[Judge], calls: JudgeCalls
    ) -> tuple[int, Coroutine[Any, Any, list[Entry]]]:
        """Returns the number of judgements, and what makes them."""
        count = count_judgements([row for row, _ in replied], len(judges))
        return count, judge_reasons(self.library, replied, judges, calls)
