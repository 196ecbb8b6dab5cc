"""The OpenCompass evaluator of all experiments; it scores each row with the row's experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from opencompass.openicl.icl_evaluator import BaseEvaluator

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.experiments.second_reader import ask_reader
from human_simulacra.files import cache_dir as default_cache_dir
from human_simulacra.judge_models.judge_calls import Judge, JudgeCalls
from human_simulacra.plugin.judge_models import JudgedModel, build_judges, find_models, run_calls
from human_simulacra.plugin.reply_reading import check_reader, choose_readings
from human_simulacra.results import run_folder
from human_simulacra.results.compact_rows import Compactor
from human_simulacra.results.reader_agreement import READING
from human_simulacra.results.reply_status import ANSWERED, Status, reply_status
from human_simulacra.schema import AtLeastOne, Config, Share, Text, Whole

# Columns that only transport a row to the model; scores depend on the others.
_TRANSPORT_COLUMNS = {"envelope", "system", "prompt", "query", "recap", "idx", "subdivision"}


class ExperimentEvaluator(BaseEvaluator):
    """Scores replies with the experiment that the rows name in their column `experiment`.

    Args:
        reader_llm: OpenCompass config, with an abbr, of a model that reads replies that do not keep the demanded form, cloze
            answers in other words, and every stance (`experiments.second_reader`); None for the rules alone.
        reader_check: Share of the replies in the form that it reads too, so that its agreement with the rules is known; 0 to 1.
        concurrency: Maximum number of concurrent calls.
        retry: Maximum number of attempts per call.
        seed: Seed of sampling.
        cache_dir: Folder of the call cache; None for the user's cache folder.
    """

    def __init__(
        self,
        reader_llm: Config | None = None,
        reader_check: Share = 0.1,
        concurrency: AtLeastOne = 8,
        retry: AtLeastOne = 5,
        seed: Whole = 0,
        cache_dir: Text | None = None,
    ) -> None:
        super().__init__()
        self.reader_llm, self.reader_check = reader_llm, reader_check
        self.concurrency, self.retry, self.seed = concurrency, retry, seed
        self.cache_dir = Path(cache_dir or default_cache_dir())

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
        told = self._read_told(len(rows))
        traces = [trace for trace, _ in told]
        statuses: list[Status] = [reply_status(reply, trace) for reply, trace in zip(predictions, traces, strict=True)]
        rows = [{**row, **asked} for row, (_, asked) in zip(rows, told, strict=True)]
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

    def _read_told(self, count: int) -> list[tuple[Mapping[str, Any] | None, dict[str, str]]]:
        """Returns what the predictions file tells of this replica's rows beside the replies, `count` entries.

        That is the trace without its long texts, None for a model or an inferencer that writes none, and the column `asked` of a
        row whose question an interviewer worded, empty for other rows. It is read here, since OpenCompass 0.5.4 hands over a
        column of the file only if every inferencer that may have written the file writes this column.
        """
        make, first = Compactor(), self.dataset_replica_idx * count
        answers = run_folder.iterate_predictions(self.output.parents[2], self.output.parent.name, self.output.name)
        found: list[tuple[Mapping[str, Any] | None, dict[str, str]]] = [
            (answer.get("trace") and make.trace(answer["trace"]), {"asked": answer["asked"]} if answer.get("asked") else {})
            for answer in islice(answers, first, first + count)
        ]
        return [*found, *[(None, {})] * (count - len(found))]

    def read_answers(self, model: str, count: int) -> list[dict[str, Any]]:
        """Returns what a model of the run answered to this replica's rows: the entries of its predictions file, if any.

        Args:
            model: The model's abbr.
            count: Number of rows.
        """
        first = self.dataset_replica_idx * count
        return run_folder.read_predictions(self.output.parents[2], model, self.output.name)[first : first + count]

    def extra_columns(
        self, predictions: Sequence[str | None], rows: Sequence[Mapping[str, Any]], statuses: Sequence[Status]
    ) -> list[dict[str, Any]]:
        """Returns additional columns that only a model can supply, one dictionary per row: the column `reading`, if any.

        They are saved with the rows, so that a run can be rescored without the model.

        Args:
            predictions: The replies; None for a failed row.
            rows: The rows.
            statuses: Whether each reply is whole.
        """
        columns: list[dict[str, Any]] = [{} for _ in rows]
        if self.reader_llm is None:
            return columns
        whole = [reply if status == ANSWERED else None for reply, status in zip(predictions, statuses, strict=True)]
        chosen = choose_readings(rows, whole, self.reader_check, self.seed)
        asked = [(str(place), task, reply) for place, task, reply in chosen]
        if asked:
            (reader,) = self.build_judges([self.reader_llm])
            calls = JudgeCalls(self.concurrency, self.seed)
            for place, entry in run_calls(
                "reading", self.output, "readings", len(asked), ask_reader(reader, asked, calls), calls
            ):
                columns[int(place)] = {READING: entry}
        return columns

    def build_judges(self, configs: Sequence[Mapping[str, Any]], models: Sequence[str] = ()) -> list[Judge]:
        """Builds the models that read the replies of models under test.

        Args:
            configs: The judges' configs.
            models: The abbrs of the models whose replies are read together; by default this evaluator's model.

        Returns:
            Those that are none of these models, or all if no other is left.
        """
        found = self.find_models()
        judged = [config for abbr in models or [self.output.parent.name] for config in found.get(abbr, JudgedModel()).configs]
        return build_judges(judged, configs, self.concurrency, self.retry, self.cache_dir)

    def find_models(self) -> dict[str, JudgedModel]:
        """Returns the models of the run by abbr."""
        return find_models(self.output.parents[2])

    @classmethod
    def check(cls, arguments: Mapping[str, Any], characters: set[str], models: int, where: str) -> None:
        """Raises a UserError before inference if the evaluator's arguments are invalid.

        Args:
            arguments: The evaluator's arguments in the config.
            characters: Ids of the characters in the dataset.
            models: Number of models in the config.
            where: Describes the config's location in the message.
        """
        cls(**arguments).check_settings(characters, models, where)

    def check_settings(self, characters: set[str], models: int, where: str) -> None:
        """Raises a UserError if a setting is out of range, or a model cannot read what it is to read."""
        check_reader(self.reader_llm, where)
