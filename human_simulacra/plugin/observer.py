"""The OpenCompass dataset and evaluator of the observer report."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from human_simulacra.backbones import CallCache
from human_simulacra.errors import UserError
from human_simulacra.experiments.observer.judge_panel import AnswerSet, JudgePanel, JudgingSettings
from human_simulacra.experiments.observer.judge_prompts import JudgedAnswer
from human_simulacra.experiments.observer.judge_reading_material import ReadingChoice
from human_simulacra.experiments.observer.verdict_parsing import MOST_STATEMENTS
from human_simulacra.files import cache_dir as default_cache_dir
from human_simulacra.library import Library
from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.judge_models import build_judges, check_judges, find_judged_model
from human_simulacra.plugin.llm_config import context_tokens
from human_simulacra.plugin.secret_redaction import redact
from human_simulacra.progress import Progress


class ObserverDataset(ExperimentDataset):
    """Open situations, each asked of every character; see `experiments.observer.rows`."""

    experiment = "observer"


class ObserverEvaluator(ExperimentEvaluator):
    """Has judge models grade the answers; their calls are cached, so resuming repeats none.

    Args:
        judges: OpenCompass model configs, each with an abbr. With two or more, no judge grades its own text; with three or
            more, every item has two grades and agreement can be computed.
        reads: What a judge reads about a character: `story`, `biography` (with the memory summaries that fit) or `auto`.
        statements: Number of statements per description, 1 to 8.
        lives: Number of characters to choose from in the identity check, 2 to 26.
        reading_tokens: Maximum length of what a judge reads; None for all that fits its context.
        concurrency: Maximum number of concurrent judgements.
        retry: Maximum number of attempts per call.
        seed: Seed of the identity checks and of sampling.
        cache_dir: Folder of the call cache; None for the user's cache folder.
        data: The dataset's data folder; None for the dataset package.
    """

    def __init__(
        self,
        judges: Sequence[Mapping[str, Any]],
        reads: ReadingChoice = "auto",
        statements: int = 5,
        lives: int = 4,
        reading_tokens: int | None = None,
        concurrency: int = 8,
        retry: int = 5,
        seed: int = 0,
        cache_dir: str | None = None,
        data: str | None = None,
    ) -> None:
        super().__init__()
        self.judges, self.concurrency, self.retry = list(judges), concurrency, retry
        self.rules = JudgingSettings(reads, statements, lives, reading_tokens, seed)
        self.library = Library(data)
        self.cache_dir = Path(cache_dir or default_cache_dir())

    @classmethod
    def check(cls, arguments: Mapping[str, Any], characters: set[str], where: str) -> None:
        """Raises a UserError if a judge or an argument is invalid, or a judge cannot read a character's text."""
        check_judges(arguments.get("judges") or (), where)
        try:
            evaluator = cls(**arguments)
        except TypeError as error:
            raise UserError(f"{where}: {error}") from None
        rules = evaluator.rules
        for name, value, low, high in (("statements", rules.statements, 1, MOST_STATEMENTS), ("lives", rules.lives, 2, 26)):
            if not isinstance(value, int) or not low <= value <= high:
                raise UserError(f"{where}: {name} must be {low} to {high}, not {value!r}")
        panel = JudgePanel([], evaluator.library, rules)
        for judge in evaluator.judges:
            for character in characters:
                panel.reading(context_tokens(judge), character)

    def extra_columns(self, predictions: Sequence[str | None], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Returns the column `judgements`: what the judges wrote about each row."""
        output = Path(getattr(self, "_out_dir", "") or "results/unknown/unknown")
        pairs = list(zip(rows, predictions, strict=True))
        judged, informed = find_judged_model(output.parents[2], output.parent.name)
        respondents = [
            AnswerSet(output.parent.name, character, answers, informed)
            for character in dict.fromkeys(str(row["character"]) for row in rows)
            if (answers := tuple(_judged(*pair) for pair in pairs if pair[0]["character"] == character and pair[1] is not None))
        ]
        cache = CallCache(self.cache_dir / "calls.sqlite")
        judges = build_judges(judged, self.judges, self.concurrency, self.retry, cache)
        panel = JudgePanel(judges, self.library, self.rules, self.concurrency)
        label = f"judging {output.parent.name}/{output.name}"
        progress = Progress(label, panel.count_judgements(respondents), unit="judgements")
        panel.on_judgement = lambda failed: progress.step(failed=failed)
        try:
            entries = asyncio.run(panel.judge_answers(respondents))
        finally:
            progress.close()
        found: dict[str, list[dict[str, Any]]] = {str(row["id"]): [] for row in rows}
        for row, entry in entries:
            found[row].append({**entry, "error": None if entry["error"] is None else redact(entry["error"])})
        return [{"judgements": found[str(row["id"])]} for row in rows]


def _judged(row: Mapping[str, Any], reply: str | None) -> JudgedAnswer:
    return JudgedAnswer(str(row["id"]), str(row["question"]), str(row["prompt"]), reply or "")
