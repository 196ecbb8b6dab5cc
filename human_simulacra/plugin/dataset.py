"""The one OpenCompass dataset class: it hands the rows of any experiment to OpenCompass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

import pyarrow
from datasets import Dataset, concatenate_datasets
from opencompass.datasets.base import BaseDataset
from opencompass.openicl.icl_dataset_reader import load_partial_dataset

from human_simulacra.errors import UserError
from human_simulacra.experiments.base import STIMULUS, Experiment
from human_simulacra.experiments.registry import find_experiment
from human_simulacra.experiments.samples import limit_rows
from human_simulacra.library import Library
from human_simulacra.plugin.stimulus_serialization import encode_stimulus
from human_simulacra.schema import check_arguments
from human_simulacra.types import Stimulus

# Keys that OpenCompass reads from every dataset's config, beside the arguments of its class.
OF_DATASETS = ("type", "abbr", "reader_cfg", "infer_cfg", "eval_cfg", "n", "k")


class ExperimentDataset(BaseDataset):
    """The rows of an experiment, ready to be put to a simulacrum or to any other model.

    In a config: `dict(type=ExperimentDataset, experiment='self_report', ...)` with the arguments of the experiment's
    function `rows`, and `data` for a data folder of your own. A subclass fixes the experiment.
    """

    experiment: ClassVar[str] = ""
    own_arguments: ClassVar[tuple[str, ...]] = ("data", "limit")  # beside `experiment` and the arguments of its rows

    @classmethod
    def load(
        cls, *values: Any, experiment: str = "", data: str | None = None, limit: int | None = None, **arguments: Any
    ) -> Dataset:
        """Loads the rows.

        Args:
            *values: The first arguments of the experiment's function `rows`, without their names.
            experiment: An experiment's name in `experiments.registry`; the class's own where empty.
            data: A data folder; None for the dataset package.
            limit: About how many rows to keep, spread over the characters; None for all. Rows that are compared with
                each other stay together: a conversation, and a character's trials under pressure and alone.
            **arguments: Its other arguments.

        Returns:
            The experiment's rows with the columns experiment, prompt, query and envelope (the encoded stimulus).

        Raises:
            UserError: If the experiment or another name is unknown, the folder is missing or a line is broken.
        """
        found = cls._find(experiment)
        if not values:
            check_arguments(found.rows, arguments, f"dataset of '{found.name}'", without=("library",))
        rows = limit_rows(found.rows(Library(data), *values, **arguments), limit, found.together)
        return in_memory(pyarrow.Table.from_pylist([_carried(found.name, row) for row in rows]))

    @classmethod
    def load_config(cls, config: Mapping[str, Any]) -> Dataset:
        """Returns what `load` does for a dataset's config, without what OpenCompass makes of it; raises as `load`."""
        return cls.load(**{key: value for key, value in config.items() if key not in OF_DATASETS})

    @classmethod
    def count_rows(cls, config: Mapping[str, Any]) -> int:
        """Returns how many rows OpenCompass makes of a dataset's config, or of a part of it that a partitioner made.

        Repetitions are included. Raises as `load`.
        """
        rows = concatenate_datasets([cls.load_config(config)] * config.get("n", 1))
        return len(load_partial_dataset(rows, config.get("reader_cfg", {}).get("test_range")))

    @classmethod
    def _find(cls, name: str) -> Experiment:
        if not (name := name or cls.experiment):
            raise UserError(f"{cls.__name__} needs experiment='...': name one of human_simulacra/experiments/registry.py")
        return find_experiment(name)


class SelfReportDataset(ExperimentDataset):
    """The self report; see `experiments.self_report.rows`."""

    experiment = "self_report"


def in_memory(table: pyarrow.Table) -> Dataset:
    """Returns a table as a dataset. It is named at random, since a hash of its content would take six times its memory."""
    return Dataset(table, fingerprint=uuid4().hex)


def _carried(experiment: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row as OpenCompass carries it to a model: its stimulus as prompt, query and envelope."""
    stimulus: Stimulus = row[STIMULUS]
    columns = {key: value for key, value in row.items() if key != STIMULUS}
    carriage = {"prompt": stimulus.text, "query": stimulus.query, "envelope": encode_stimulus(stimulus)}
    return {"experiment": experiment, **columns, **carriage}
