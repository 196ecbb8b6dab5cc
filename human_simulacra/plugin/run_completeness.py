"""The verdict on a run, read from its folder alone: what its mode demands and the folder lacks, with the recorded reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.plugin.config_classes import experiment_dataset_class, find_subclass
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.summarizer import RunSummarizer
from human_simulacra.plugin.task_failures import find_failure
from human_simulacra.reporting.summary_check import find_summary_problems
from human_simulacra.results import run_folder

_NO_REASON = "its task did not finish; see the messages above"


@dataclass(frozen=True)
class Problem:
    """What a run lacks: of which model and dataset, or which file of `summary/`; what it is, and why."""

    name: str
    finding: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.finding}" + (f" ({self.reason})" if self.reason else "")


def find_problems(config: Any, folder: Path, mode: str = "all", failure: str = "") -> list[Problem]:
    """Returns what a run's folder lacks; an empty list if the run is complete.

    Args:
        config: The run's config.
        folder: The run's folder.
        mode: `infer` demands an answer to every row. `eval` and `all` demand also that every row is scored, judged and read, and
            all tables and the report. `viz` demands the tables and the report.
        failure: What ended OpenCompass, if anything did.
    """
    found: list[Problem] = []
    datasets = [(dataset, kind) for dataset in config["datasets"] if (kind := experiment_dataset_class(dataset))]
    for dataset, kind in datasets if mode != "viz" else ():
        total = kind.count_rows(dataset)
        for model in config["models"]:
            pair = (model["abbr"], dataset["abbr"])
            found += find_pair_problems(folder, *pair, total, dataset if mode != "infer" else None, failure)
    if mode != "infer" and datasets and find_subclass(config.get("summarizer") or {}, RunSummarizer):
        found += [Problem(name, finding, failure) for name, finding in find_summary_problems(folder)]
    return found


def find_pair_problems(
    folder: Path, model: str, dataset: str, total: int, evaluated: Mapping[str, Any] | None, failure: str = ""
) -> Iterator[Problem]:
    """Yields what a run's folder lacks of one model and dataset.

    Args:
        folder: The run's folder.
        model: The model's abbr.
        dataset: The dataset's abbr.
        total: Number of rows of the dataset.
        evaluated: The dataset's config if its rows must be scored; None if they need only be answered.
        failure: What ended OpenCompass, if anything did.
    """
    name = f"{model}/{dataset}"
    errors = []  # of the rows without a reply
    try:
        count = 0
        for answer in run_folder.iterate_predictions(folder, model, dataset):
            count += 1
            if answer.get("prediction") is None:
                errors.append(answer.get("error"))
    except UserError as error:
        yield Problem(name, f"{total} of {total} rows are missing", str(error))
        return
    if count > total:
        yield Problem(name, f"there are {count} answers to {total} rows", "they are of another sample or another split")
        return
    if count < total:
        reason = find_failure(folder, "infer", model, dataset) or failure or _NO_REASON
        yield Problem(name, f"{total - count + len(errors)} of {total} rows are missing", reason)
        return
    if errors:
        yield Problem(name, f"{len(errors)} of {total} rows are missing", errors[0] or "no reason recorded")
    if evaluated is not None:
        yield from _find_unscored(folder, model, dataset, total, evaluated, failure)


def _find_unscored(
    folder: Path, model: str, dataset: str, total: int, config: Mapping[str, Any], failure: str
) -> Iterator[Problem]:
    name, path = f"{model}/{dataset}", run_folder.results_path(folder, model, dataset)
    try:
        rows = run_folder.flatten_details(run_folder.read_results(folder, model, dataset))
    except UserError as error:
        yield Problem(name, f"{total} of {total} rows are not evaluated", str(error))
        return
    ours = find_subclass((config.get("eval_cfg") or {}).get("evaluator") or {}, ExperimentEvaluator)
    scored = len(rows) if ours else total * path.is_file()  # other evaluators keep no row
    if scored < total:
        kept = f"{path} has {scored} scored rows" if path.is_file() else failure or _NO_REASON
        yield Problem(
            name, f"{total - scored} of {total} rows are not evaluated", find_failure(folder, "eval", model, dataset) or kept
        )
    elif scored > total:
        yield Problem(name, f"there are {scored} scored rows for {total} rows", "they are of another sample")
    yield from _find_failed_calls(name, rows)


def _find_failed_calls(name: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Yields the failed judgements and the failed readings."""
    judgements = [entry for row in rows for entry in row.get("judgements") or ()]
    readings = [row["reading"] for row in rows if row.get("reading")]
    for unit, entries in (("judgements", judgements), ("readings", readings)):
        if failed := [entry for entry in entries if entry.get("error") is not None]:
            yield Problem(name, f"{len(failed)} of {len(entries)} {unit} are missing", str(failed[0]["error"]))
