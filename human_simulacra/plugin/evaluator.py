"""The one evaluator: OpenCompass calls it, the row's experiment marks."""

from __future__ import annotations

from typing import Any

from opencompass.openicl.icl_evaluator import BaseEvaluator

from human_simulacra.evaluation.registry import experiment

# Columns that carry a row to the model; the rest is what a mark can depend on.
_CARRIAGE = {"envelope", "prompt", "query", "recap", "idx", "subdivision"}


class ExperimentEvaluator(BaseEvaluator):
    """Marks replies by the experiment that the rows' column `experiment` names."""

    def score(self, predictions: list[str | None], references: list[Any], test_set: Any) -> dict[str, Any]:
        """Marks replies row by row.

        Args:
            predictions: The replies; None where a row failed.
            references: The rows' output column; the rows hold it as well.
            test_set: The rows of a `CharacterDataset`.

        Returns:
            The experiment's metrics and `details`, one entry a row: all that its figures are made from.
        """
        details = []
        for reply, row in zip(predictions, test_set, strict=True):
            public = {key: value for key, value in row.items() if key not in _CARRIAGE}
            marks = experiment(row["experiment"]).mark(public, reply)
            details.append({**public, "prediction": reply, "missing": reply is None, **marks})
        return {**experiment(test_set[0]["experiment"]).metrics(details), "details": details}
