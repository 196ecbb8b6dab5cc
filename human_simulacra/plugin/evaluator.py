"""The OpenCompass evaluator of all experiments; it scores each row with the row's experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opencompass.openicl.icl_evaluator import BaseEvaluator

from human_simulacra.experiments.registry import find_experiment

# Columns that only transport a row to the model; scores depend on the others.
_TRANSPORT_COLUMNS = {"envelope", "prompt", "query", "recap", "idx", "subdivision"}


class ExperimentEvaluator(BaseEvaluator):
    """Scores replies with the experiment that the rows name in their column `experiment`."""

    def score(self, predictions: list[str | None], references: list[Any], test_set: Any) -> dict[str, Any]:
        """Scores replies row by row.

        Args:
            predictions: The replies; None for a failed row.
            references: The rows' output column; unused, since the rows contain it.
            test_set: The rows of an `ExperimentDataset`.

        Returns:
            The experiment's metrics and `details`, one entry per row, from which summaries are computed.
        """
        details = []
        rows = list(test_set)
        for reply, row, extra in zip(predictions, rows, self.extra_columns(predictions, rows), strict=True):
            public = {key: value for key, value in row.items() if key not in _TRANSPORT_COLUMNS} | extra
            scores = find_experiment(row["experiment"]).score(public, reply)
            details.append({**public, "prediction": reply, "missing": reply is None, **scores})
        return {**find_experiment(test_set[0]["experiment"]).metrics(details), "details": details}

    def extra_columns(self, predictions: Sequence[str | None], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Returns additional columns that only a model can supply, one dictionary per row; here none.

        They are saved with the rows, so that a run can be rescored without the model.
        """
        return [{} for _ in rows]

    @classmethod
    def check(cls, arguments: Mapping[str, Any], characters: set[str], where: str) -> None:
        """Raises a UserError before inference if the evaluator's arguments are invalid; here it does nothing.

        Args:
            arguments: The evaluator's arguments in the config.
            characters: Ids of the characters in the dataset.
            where: Describes the config's location in the message.
        """
