"""The OpenCompass dataset and evaluator of the observer report."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Annotated, Any

from annotated_types import Interval

from human_simulacra.errors import UserError
from human_simulacra.experiments.observer.comparison_judging import ComparedAnswers, count_comparisons, judge_comparisons
from human_simulacra.experiments.observer.judge_panel import AnswerSet, JudgePanel, JudgingSettings
from human_simulacra.experiments.observer.judge_prompts import JudgedAnswer, comparison_room
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls, row_key
from human_simulacra.judge_models.reading_material import ReadingChoice
from human_simulacra.judge_models.verdict_parsing import MOST_COMPARED, MOST_STATEMENTS
from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.judged_evaluator import JudgedEvaluator, Replied, Rows
from human_simulacra.plugin.llm_config import context_tokens
from human_simulacra.results.reply_status import ANSWERED, TRUNCATED, reply_status
from human_simulacra.schema import AtLeastOne, Configs, Whole


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
        comparison: Whether judges also rank the answers of all models of the run to each situation. They do by default: it takes
            two calls for a judge and situation, however many models there are, where the other parts take more for every
            model; and with one model there is nothing to compare.
        more: See `JudgedEvaluator`; `seed` is also that of the identity checks.
    """

    # Grades are of how a character answers, which half an answer shows as well.
    judged_statuses = (ANSWERED, TRUNCATED)

    def __init__(
        self,
        judges: Configs,
        reads: ReadingChoice = "auto",
        statements: Annotated[int, Interval(ge=1, le=MOST_STATEMENTS)] = 5,
        lives: Annotated[int, Interval(ge=2, le=26)] = 4,
        reading_tokens: AtLeastOne | None = None,
        comparison: bool = True,
        seed: Whole = 0,
        **more: Any,
    ) -> None:
        super().__init__(judges, seed=seed, **more)
        self.rules, self.comparison = JudgingSettings(reads, statements, lives, reading_tokens, seed), comparison

    def check_settings(self, characters: set[str], models: int, where: str) -> None:
        """Raises a UserError if a setting is out of range or a judge cannot read a character's text."""
        rules = self.rules
        if self.comparison and models > MOST_COMPARED:
            raise UserError(f"{where}: at most {MOST_COMPARED} models can be compared, not {models}: set comparison=False")
        panel = JudgePanel([], self.library, rules)
        for judge in self.judges:
            for character in characters:
                context = context_tokens(judge)
                panel.reading(context, character, comparison_room(context, models) if self.comparison and models > 1 else 0)

    def plan(
        self, model: str, informed: bool, rows: Rows, replied: Replied, judges: Sequence[Judge], calls: JudgeCalls
    ) -> tuple[int, Coroutine[Any, Any, list[Entry]]]:
        """Returns the number of judgements, and what makes them: the panel's protocol on each character's answers."""
        respondents = [
            AnswerSet(model, character, tuple(_judged(*pair) for pair in replied if pair[0]["character"] == character), informed)
            for character in dict.fromkeys(str(row["character"]) for row, _ in replied)
        ]
        panel = JudgePanel(judges, self.library, self.rules, calls)
        compared = self.find_compared(rows, replied) if self.comparison else []
        # The same judges for every situation and in every model's evaluation, so that all ask the same.
        jury = JudgePanel(self.build_judges(self.judges, list(self.find_models())), self.library, self.rules, calls)

        async def judge() -> list[Entry]:
            return [*await panel.judge_answers(respondents), *await judge_comparisons(jury, compared)]

        return panel.count_judgements(respondents) + count_comparisons(jury, compared), judge()

    def find_compared(self, rows: Rows, replied: Replied) -> list[ComparedAnswers]:
        """Returns the answers of all models of the run to the replied rows, for rows that two or more models answered.

        They are read from the run's folder, which holds all of them before the first evaluation.
        """
        answers = {model: self.read_answers(model, len(rows)) for model in self.find_models()}
        places = {row_key(row): place for place, row in enumerate(rows)}
        found = []
        for row, _ in replied:
            key = row_key(row)
            own = {model: entries[places[key]] for model, entries in answers.items() if len(entries) > places[key]}
            replies = {model: entry["prediction"] for model, entry in own.items() if self._is_judged(entry)}
            if len(replies) > 1:
                found.append(ComparedAnswers(key, str(row["character"]), str(row["question"]), replies))
        return found

    def _is_judged(self, entry: Mapping[str, Any]) -> bool:
        said = entry.get("prediction")
        return said is not None and reply_status(said, entry.get("trace")) in self.judged_statuses


def _judged(row: Mapping[str, Any], reply: str) -> JudgedAnswer:
    return JudgedAnswer(str(row["id"]), str(row["question"]), str(row["prompt"]), reply)
