"""Whether a run answered every row, and what of an earlier run must be done again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opencompass.utils import build_dataset_from_cfg, get_infer_output_path

from human_simulacra.plugin.config_checks import is_ours, our_dataset
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.results import run_folder


@dataclass(frozen=True)
class Shortfall:
    """Rows of one model and dataset that have no answer, or no judgement; `total` counts all, `error` is the first reason."""

    name: str
    missing: int
    total: int
    error: str
    what: str = "rows"


def _pairs(config: Any) -> Iterator[tuple[Any, Any]]:
    for model in config["models"]:
        for dataset in config["datasets"]:
            if our_dataset(dataset):
                yield model, dataset


def _predictions(path: Path) -> list[dict[str, Any]] | None:
    return list(json.loads(path.read_text(encoding="utf-8")).values()) if path.is_file() else None


def shortfalls(config: Any, folder: Path) -> list[Shortfall]:
    """Returns what is missing in a run's folder, empty where every row has an answer."""
    found = []
    for model, dataset in _pairs(config):
        path = Path(get_infer_output_path(model, dataset, str(folder / "predictions")))
        rows = _predictions(path)
        name = f"{path.parent.name}/{path.stem}"
        if rows is None:
            total = len(build_dataset_from_cfg(dataset).test)
            found.append(Shortfall(name, total, total, "its task did not finish, see the messages above"))
        elif failed := [row for row in rows if row.get("prediction") is None]:
            found.append(Shortfall(name, len(failed), len(rows), failed[0].get("error") or "no reason recorded"))
        found += _unjudged(name, run_folder.results_path(folder, path.parent.name, path.stem))
    return found


def _unjudged(name: str, path: Path) -> list[Shortfall]:
    """Returns what judges failed to say of a dataset's rows."""
    rows = run_folder.flatten_details(run_folder.read_json(path) or {})
    made = [judgement for row in rows for judgement in row.get("judgements") or ()]
    failed = [judgement for judgement in made if judgement["error"] is not None]
    return [Shortfall(name, len(failed), len(made), failed[0]["error"], "judgements")] if failed else []


def reopen(config: Any, folder: Path) -> None:
    """Prepares a folder for resuming: OpenCompass skips what has an output file, so files that must change are removed.

    Predictions of simulacra are always made again: their journal holds every finished row under a key of all that
    decides it, so that nothing finished is paid for twice and nothing stale is kept after a change of parameters. Results
    are made again for every model, since a judge may have failed.
    """
    for model, dataset in _pairs(config):
        for kind in ("predictions", "results") if is_ours(model, Simulacrum) else ("results",):
            Path(get_infer_output_path(model, dataset, str(folder / kind))).unlink(missing_ok=True)
