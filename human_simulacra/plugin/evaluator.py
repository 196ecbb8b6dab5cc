"""The one evaluator: OpenCompass calls it, the row's experiment marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opencompass.openicl.icl_evaluator import BaseEvaluator

from human_simulacra.experiments.registry import experiment

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
        rows = list(test_set)
        for reply, row, found in zip(predictions, rows, self.findings(predictions, rows), strict=True):
            public = {key: value for key, value in row.items() if key not in _CARRIAGE} | found
            marks = experiment(row["experiment"]).mark(public, reply)
            details.append({**public, "prediction": reply, "missing": reply is None, **marks})
        return {**experiment(test_set[0]["experiment"]).metrics(details), "details": details}

    def findings(self, predictions: Sequence[str | None], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Returns columns that marks need and that only a model can supply, a dictionary a row; here none.

        They are saved with the rows, so that marks can be made again without the model.
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
