"""The OpenCompass evaluator of all experiments; it scores each row with the row's experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from opencompass.openicl.icl_evaluator import BaseEvaluator

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.results import run_folder
from human_simulacra.results.reply_status import Status, reply_status

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
        traces = self._read_traces(len(rows))
        statuses: list[Status] = [reply_status(reply, trace) for reply, trace in zip(predictions, traces, strict=True)]
        extras = self.extra_columns(predictions, rows, statuses)
        for reply, row, trace, extra in zip(predictions, rows, traces, extras, strict=True):
            public = {key: value for key, value in row.items() if key not in _TRANSPORT_COLUMNS} | extra
            scores = find_experiment(row["experiment"]).score_row(public, reply, trace)
            details.append({**public, "prediction": reply, **scores})
        return {**find_experiment(test_set[0]["experiment"]).metrics(details), "details": details}

    @property
    def output(self) -> Path:
        """The path of the results without its suffix: `RUN/results/MODEL/DATASET`."""
        return Path(getattr(self, "_out_dir", "") or "results/unknown/unknown")

    def _read_traces(self, count: int) -> list[Mapping[str, Any] | None]:
        """Returns the traces of this replica's rows; None for a model or an inferencer that writes none.

        They are read from the predictions file, since OpenCompass 0.5.4 hands over a column of it only if every inferencer that
        may have written the file writes this column.
        """
        answers = run_folder.read_predictions(self.output.parents[2], self.output.parent.name, self.output.name)
        first = self.dataset_replica_idx * count
        traces = [answer.get("trace") for answer in answers[first : first + count]]
        return [*traces, *[None] * (count - len(traces))]

    def extra_columns(
        self, predictions: Sequence[str | None], rows: Sequence[Mapping[str, Any]], statuses: Sequence[Status]
    ) -> list[dict[str, Any]]:
        """Returns additional columns that only a model can supply, one dictionary per row; here none.

        They are saved with the rows, so that a run can be rescored without the model.

        Args:
            predictions: The replies; None for a failed row.
            rows: The rows.
            statuses: Whether each reply is whole.
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
