"""The OpenCompass dataset and evaluator of the observer report."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.observer.judge_panel import AnswerSet, JudgePanel, JudgingSettings
from human_simulacra.experiments.observer.judge_prompts import JudgedAnswer
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls
from human_simulacra.judge_models.reading_material import ReadingChoice
from human_simulacra.judge_models.verdict_parsing import MOST_STATEMENTS
from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.judged_evaluator import JudgedEvaluator, Replied
from human_simulacra.plugin.llm_config import context_tokens
from human_simulacra.results.reply_status import ANSWERED, TRUNCATED


class ObserverDataset(ExperimentDataset):
    """Open situations, each asked of every character; see `experiments.observer.rows`."""

    experiment = "observer"


class ObserverEvaluator(JudgedEvaluator):
    """Has judge models grade the answers.

    Args:
        judges: OpenCompass model configs, each with an abbr. With two or more, no judge grades its own text; with three or
            more, every item has two grades and agreement can be computed.
        reads: What a judge reads about a character: `story`, `biography` (with the memory summaries that fit), `scenes` (the
            biography and the scenes that fit) or `auto`.
        statements: Number of statements per description, 1 to 8.
        lives: Number of characters to choose from in the identity check, 2 to 26.
        reading_tokens: Maximum length of what a judge reads; None for all that fits its context.
        more: See `JudgedEvaluator`; `seed` is also that of the identity checks.
    """

    # Grades are of how a character answers, which half an answer shows as well.
    judged_statuses = (ANSWERED, TRUNCATED)

    def __init__(
        self,
        judges: Sequence[Mapping[str, Any]],
        reads: ReadingChoice = "auto",
        statements: int = 5,
        lives: int = 4,
        reading_tokens: int | None = None,
        seed: int = 0,
        **more: Any,
    ) -> None:
        super().__init__(judges, seed=seed, **more)
        self.rules = JudgingSettings(reads, statements, lives, reading_tokens, seed)

    def check_settings(self, characters: set[str], where: str) -> None:
        """Raises a UserError if a setting is out of range or a judge cannot read a character's text."""
        rules = self.rules
        for name, value, low, high in (("statements", rules.statements, 1, MOST_STATEMENTS), ("lives", rules.lives, 2, 26)):
            if not isinstance(value, int) or not low <= value <= high:
                raise UserError(f"{where}: {name} must be {low} to {high}, not {value!r}")
        panel = JudgePanel([], self.library, rules)
        for judge in self.judges:
            for character in characters:
                panel.reading(context_tokens(judge), character)

    def plan(
        self, model: str, informed: bool, replied: Replied, judges: Sequence[Judge], calls: JudgeCalls
    ) -> tuple[int, Coroutine[Any, Any, list[Entry]]]:
        """Returns the number of judgements, and what makes them: the panel's protocol on each character's answers."""
        respondents = [
            AnswerSet(model, character, tuple(_judged(*pair) for pair in replied if pair[0]["character"] == character), informed)
            for character in dict.fromkeys(str(row["character"]) for row, _ in replied)
        ]
        panel = JudgePanel(judges, self.library, self.rules, calls)
        return panel.count_judgements(respondents), panel.judge_answers(respondents)


def _judged(row: Mapping[str, Any], reply: str) -> JudgedAnswer:
    return JudgedAnswer(str(row["id"]), str(row["question"]), str(row["prompt"]), reply)
