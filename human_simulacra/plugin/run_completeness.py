"""Finds rows without an answer in a run, and prepares a run's folder for resuming."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opencompass.utils import build_dataset_from_cfg, get_infer_output_path

from human_simulacra.plugin.config_classes import experiment_dataset_class, has_type
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.results import run_folder


@dataclass(frozen=True)
class MissingResults:
    """Rows of one model and dataset without an answer, a judgement or a reading; `error` is the first one's reason."""

    name: str
    missing: int
    total: int
    error: str
    unit: str = "rows"


def _pairs(config: Any) -> Iterator[tuple[Any, Any]]:
    for model in config["models"]:
        for dataset in config["datasets"]:
            if experiment_dataset_class(dataset):
                yield model, dataset


def find_missing(config: Any, folder: Path) -> list[MissingResults]:
    """Returns what a run's folder lacks; an empty list if every row has an answer, its judgements and its reading."""
    found = []
    for model, dataset in _pairs(config):
        path = Path(get_infer_output_path(model, dataset, str(folder / "predictions")))
        rows = list(json.loads(path.read_text(encoding="utf-8")).values()) if path.is_file() else None
        name = f"{path.parent.name}/{path.stem}"
        if rows is None:
            total = len(build_dataset_from_cfg(dataset).test)
            found.append(MissingResults(name, total, total, "its task did not finish; see the messages above"))
        elif failed := [row for row in rows if row.get("prediction") is None]:
            found.append(MissingResults(name, len(failed), len(rows), failed[0].get("error") or "no reason recorded"))
        found += _failed_calls(name, run_folder.results_path(folder, path.parent.name, path.stem))
    return found


def _failed_calls(name: str, path: Path) -> Iterator[MissingResults]:
    """Yields the failed judgements and the failed readings of one model and dataset."""
    rows = run_folder.flatten_details(run_folder.read_json(path) or {})
    judgements = [entry for row in rows for entry in row.get("judgements") or ()]
    readings = [row["reading"] for row in rows if row.get("reading")]
    for unit, entries in (("judgements", judgements), ("readings", readings)):
        if failed := [entry for entry in entries if entry["error"] is not None]:
            yield MissingResults(name, len(failed), len(entries), failed[0]["error"], unit)


def prepare_resume(config: Any, folder: Path) -> None:
    """Prepares a folder for resuming. OpenCompass 0.5.4 skips tasks with an output file, so outdated files are removed.

    Predictions of simulacra are always rewritten: their checkpoint holds every finished row under a key of all that affects
    it, so finished rows are reused unless a parameter changed. Results are always rewritten, since a judge or a reader may have
    failed.
    """
    for model, dataset in _pairs(config):
        for kind in ("predictions", "results") if has_type(model, Simulacrum) else ("results",):
            Path(get_infer_output_path(model, dataset, str(folder / kind))).unlink(missing_ok=True)
