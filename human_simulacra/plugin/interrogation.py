"""The OpenCompass evaluator that has models read the answers of an interrogation for contradictions."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from human_simulacra.experiments.interrogation.answer_pairs import find_pairs
from human_simulacra.experiments.interrogation.contradiction_reading import draw_known_pairs, read_pairs
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls
from human_simulacra.plugin.judged_evaluator import JudgedEvaluator, Replied, Rows


class InterrogationEvaluator(JudgedEvaluator):
    """Has judge models look for contradictions between the answers of a model, and between its answers and the life."""

    def plan(
        self, model: str, informed: bool, rows: Rows, replied: Replied, judges: Sequence[Judge], calls: JudgeCalls
    ) -> tuple[int, Coroutine[Any, Any, list[Entry]]]:
        """Returns the number of readings, and what makes them."""
        pairs = find_pairs(replied)
        known = draw_known_pairs(self.library.contradiction_pairs, self.seed) if pairs else []
        return len(judges) * (len(pairs) + len(known)), read_pairs(pairs, known, judges, calls)
