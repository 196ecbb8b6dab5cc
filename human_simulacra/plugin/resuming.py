"""Prepares a run's folder for resuming: what a session will write again is removed, so that nothing is out of date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.plugin.config_classes import experiment_dataset_class, has_type
from human_simulacra.plugin.finished_work import Finished
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.task_failures import forget_failures
from human_simulacra.results import run_folder

_SUMMARY = (".html", ".json", ".csv", ".md")


def prepare_resume(config: Any, folder: Path, mode: str, finished: Finished) -> None:
    """Removes what the session will write again. OpenCompass 0.5.4 skips tasks with an output file, whatever is in it.

    Unless they are known to be finished, predictions of simulacra are rewritten: their checkpoint holds every finished row under
    a key of all that affects it, so finished rows are reused unless something changed. So are results, since a judge or a reader
    may have failed, and always if only answers or only scores are asked for. Tables and report are always rewritten.

    Args:
        config: The run's config.
        folder: The run's folder.
        mode: OpenCompass's mode; `viz` removes nothing, since it changes no answer and no score.
        finished: What earlier sessions finished.
    """
    if mode == "viz":
        return
    for model in config["models"]:
        for dataset in config["datasets"]:
            if kind := experiment_dataset_class(dataset):
                pair = (str(model["abbr"]), str(dataset["abbr"]))
                kept = mode == "eval" or pair in finished.answered
                if not kept and (has_type(model, Simulacrum) or not _can_be_continued(folder, *pair, kind.count_rows(dataset))):
                    for path in run_folder.list_parts(folder / "predictions" / pair[0], pair[1]):
                        path.unlink()
                if mode != "all" or pair not in finished.scored:
                    run_folder.results_path(folder, *pair).unlink(missing_ok=True)
    for path in (folder / "summary").glob("*"):
        if path.suffix in _SUMMARY:
            path.unlink()
    for kind in ("infer", "eval") if mode == "all" else (mode,):
        forget_failures(folder, kind)


def _can_be_continued(folder: Path, model: str, dataset: str, rows: int) -> bool:
    """Returns whether the predictions of a model without a checkpoint are whole tasks of this dataset, which has so many rows."""
    try:
        return sum(1 for _ in run_folder.iterate_predictions(folder, model, dataset)) <= rows
    except UserError:
        return False
