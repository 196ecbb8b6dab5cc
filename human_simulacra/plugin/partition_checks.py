"""Checks that OpenCompass can split a run's datasets into tasks, and that the split follows the datasets of this run."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset
from opencompass.partitioners import NumWorkerPartitioner

from human_simulacra.errors import UserError
from human_simulacra.experiments.base import CONVERSATION
from human_simulacra.files import write_atomically
from human_simulacra.plugin.llm_config import type_name
from human_simulacra.results.run_folder import is_part

_SIZES = ".cache/dataset_size.json"  # OpenCompass's default


def check_partitions(config: Any, loaded: Sequence[tuple[Mapping[str, Any], Dataset]]) -> None:
    """Raises a UserError if a split would give a dataset the answers of another, cut a conversation, or leave scores apart.

    Args:
        config: The run's config.
        loaded: The config and the rows of each experiment's dataset.
    """
    abbrs = [str(dataset["abbr"]) for dataset in config["datasets"]]
    for abbr in abbrs:
        for other in abbrs:
            if other != abbr and is_part(other, abbr):
                raise UserError(
                    f"the abbr '{other}' of a dataset is what OpenCompass calls a part of dataset '{abbr}', so it would mix up "
                    "their answers: rename one of the two"
                )
    for dataset, rows in loaded:
        if _borders(config, "eval", len(rows)):
            raise UserError(
                f"eval.partitioner splits dataset '{dataset['abbr']}', but its figures need all its rows: "
                "use NaivePartitioner for eval"
            )
        talks = rows[CONVERSATION] if CONVERSATION in rows.column_names else []
        for border in _borders(config, "infer", len(rows)) if talks else ():
            if talks[border] and talks[border] == talks[border - 1]:
                raise UserError(
                    f"infer.partitioner splits dataset '{dataset['abbr']}' within conversation '{talks[border]}', whose later "
                    "turns need the earlier ones: use NaivePartitioner for infer"
                )


def forget_dataset_sizes(config: Any) -> None:
    """Removes this run's datasets from OpenCompass's file of sizes, which it keeps by abbr, whatever the sample or the data."""
    partitioners = [(config.get(stage) or {}).get("partitioner") or {} for stage in ("infer", "eval")]
    for path in {Path(partitioner.get("dataset_size_path") or _SIZES) for partitioner in partitioners}:
        if path.is_file():
            try:
                sizes = dict(json.loads(path.read_text(encoding="utf-8")))
            except (ValueError, TypeError):
                sizes = {}
            for dataset in config["datasets"]:
                sizes.pop(dataset["abbr"], None)
            write_atomically(path, json.dumps(sizes, indent=4, ensure_ascii=False))


def _borders(config: Any, stage: str, rows: int) -> range:
    """Returns the first rows of the parts after the first that `NumWorkerPartitioner` makes of a dataset."""
    partitioner = (config.get(stage) or {}).get("partitioner") or {}
    if type_name(partitioner).rsplit(".", 1)[-1] != NumWorkerPartitioner.__name__:
        return range(0)
    parts, smallest = partitioner.get("num_split") or partitioner.get("num_worker", 8), partitioner.get("min_task_size", 16)
    if parts <= 1 or rows <= smallest:
        return range(0)
    step = max(math.ceil(rows / parts), smallest)
    return range(step, rows, step)
