"""Evaluators of the self report: OpenCompass calls them, `human_simulacra.evaluation` scores."""

from __future__ import annotations

from typing import Any, ClassVar

from opencompass.openicl.icl_evaluator import BaseEvaluator

from human_simulacra.evaluation.scoring import score
from human_simulacra.types import QuestionType


class SelfReportEvaluator(BaseEvaluator):
    """Scores replies to questions of one type; subclasses name the type."""

    question_type: ClassVar[QuestionType]

    def score(self, predictions: list[str | None], references: list[Any], test_set: Any) -> dict[str, Any]:
        """Scores replies row by row.

        Args:
            predictions: The replies; None where a row failed.
            references: Accepted strings, or positions of the right options as shown.
            test_set: The rows as `SelfReportDataset` made them.

        Returns:
            `score` and `accuracy` in percent over the rows answered, `points`, `full_marks`, `unreadable`, `missing`,
            and `details`, one entry a row.
        """
        details = []
        for reply, answer, row in zip(predictions, references, test_set, strict=True):
            marks = score(self.question_type, reply or "", row["options"], answer)
            details.append({
                **{key: row[key] for key in ("id", "character", "type", "source", "core")},
                "missing": reply is None, "prediction": reply, "answer": list(answer), "chosen": list(marks.chosen),
                "points": marks.points, "full": marks.full, "correct": marks.correct, "parsed": marks.parsed,
            })  # fmt: skip
        answered = [d for d in details if not d["missing"]]
        points, full = sum(d["points"] for d in answered), sum(d["full"] for d in answered)
        return {
            "score": 100.0 * points / full if full else 0.0,
            "accuracy": 100.0 * sum(d["correct"] for d in answered) / len(answered) if answered else 0.0,
            "points": points,
            "full_marks": full,
            "unreadable": sum(not d["parsed"] for d in answered),
            "missing": len(details) - len(answered),
            "details": details,
        }


class ClozeEvaluator(SelfReportEvaluator):
    """Scores cloze questions."""

    question_type = "cloze"


class SingleChoiceEvaluator(SelfReportEvaluator):
    """Scores single choice questions."""

    question_type = "single_choice"


class MultipleChoiceEvaluator(SelfReportEvaluator):
    """Scores multiple choice questions."""

    question_type = "multiple_choice"
