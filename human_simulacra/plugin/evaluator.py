"""The one evaluator: OpenCompass calls it, and the experiment of each row scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opencompass.openicl.icl_evaluator import BaseEvaluator

from human_simulacra.experiments.registry import find_experiment

# Columns that carry a row to the model; the rest is what a score can depend on.
_CARRIAGE = {"envelope", "prompt", "query", "recap", "idx", "subdivision"}


class ExperimentEvaluator(BaseEvaluator):
    """Scores replies by the experiment that the rows' column `experiment` names."""

    def score(self, predictions: list[str | None], references: list[Any], test_set: Any) -> dict[str, Any]:
        """Scores replies row by row.

        Args:
            predictions: The replies; None where a row failed.
            references: The rows' output column; the rows hold it as well.
            test_set: The rows of a `ExperimentDataset`.

        Returns:
            The experiment's metrics and `details`, one entry a row: all that its figures are made from.
        """
        details = []
        rows = list(test_set)
        for reply, row, found in zip(predictions, rows, self.extra_columns(predictions, rows), strict=True):
            public = {key: value for key, value in row.items() if key not in _CARRIAGE} | found
            scores = find_experiment(row["experiment"]).score(public, reply)
            details.append({**public, "prediction": reply, "missing": reply is None, **scores})
        return {**find_experiment(test_set[0]["experiment"]).metrics(details), "details": details}

    def extra_columns(self, predictions: Sequence[str | None], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Returns columns that scores need and that only a model can supply, a dictionary a row; here none.

        They are saved with the rows, so that the run can be scored again without the model.
        """
        return [{} for _ in rows]

    @classmethod
    def check(cls, arguments: Mapping[str, Any], characters: set[str], where: str) -> None:
        """Raises a UserError, before anything is answered, where evaluation could not work; here nothing can be wrong.

        Args:
            arguments: The evaluator's arguments in the config.
            characters: Ids of the characters in the dataset.
            where: Names the dataset in the error.
        """
