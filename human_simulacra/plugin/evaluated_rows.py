"""The scored rows of a run that summaries can be made of, and what they lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opencompass.utils import dataset_abbr_from_cfg, model_abbr_from_cfg

from human_simulacra.errors import UserError
from human_simulacra.experiments.registry import summarise_run
from human_simulacra.results import run_folder
from human_simulacra.results.compact_rows import Compactor
from human_simulacra.results.summary import Row, Summary

Pair = tuple[str, str]


@dataclass(frozen=True)
class EvaluatedRows:
    """The scored rows of (model, dataset) pairs in order, and the pairs of which rows are not scored."""

    evaluated: list[Pair]
    unfinished: list[Pair]
    rows: list[Row]


def read_evaluated(folder: Path, models: Sequence[Any], datasets: Sequence[Any]) -> EvaluatedRows:
    """Reads the scored rows of a run. A pair whose files are missing or invalid has none."""
    result = EvaluatedRows([], [], [])
    expected: dict[str, int] = {}
    found: dict[Pair, Sequence[Row]] = {}
    make = Compactor()
    for model in map(model_abbr_from_cfg, models):
        for dataset in map(dataset_abbr_from_cfg, datasets):
            try:
                answers, found[model, dataset] = run_folder.read_compact_pair(folder, model, dataset, make)
            except UserError:  # which the verdict on the run names
                answers, found[model, dataset] = 0, []
            expected[dataset] = max(expected.get(dataset, 1), answers, len(found[model, dataset]))
    for pair, rows in found.items():
        if len(rows) < expected[pair[1]]:
            result.unfinished.append(pair)
        if rows:
            result.evaluated.append(pair)
            result.rows.extend(rows)
    return result


def summarise_evaluated(
    results: EvaluatedRows, primary: Mapping[str, Any] | None
) -> tuple[list[Summary], EvaluatedRows, Exception | None]:
    """Summarises a run. An experiment whose figures cannot be computed loses no other experiment's tables.

    Returns:
        The summaries, empty if there is no row; the rows that they are of; and the first exception of an experiment that was set
        apart, or None.

    Raises:
        Exception: If the summaries fail although each experiment's own does not.
    """
    if not results.rows:
        return [], results, None
    try:
        return summarise_run(results.rows, primary), results, None
    except UserError:
        raise
    except Exception as error:
        failing = {name for name, part in _by_experiment(results.rows) if not _can_be_summarised(part, primary)}
        if not failing:
            raise
        lost = {(row["model"], row["dataset"]) for row in results.rows if row["experiment"] in failing}
        kept = EvaluatedRows(
            [pair for pair in results.evaluated if pair not in lost],
            [*results.unfinished, *(pair for pair in results.evaluated if pair in lost and pair not in results.unfinished)],
            [row for row in results.rows if row["experiment"] not in failing],
        )
        return summarise_run(kept.rows, primary) if kept.rows else [], kept, error


def _by_experiment(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    names = dict.fromkeys(str(row["experiment"]) for row in rows)
    return [(name, [row for row in rows if row["experiment"] == name]) for name in names]


def _can_be_summarised(rows: Sequence[Row], primary: Mapping[str, Any] | None) -> bool:
    try:
        summarise_run(rows, primary)
    except Exception:
        return False
    return True
