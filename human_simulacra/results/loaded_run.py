"""A finished run as it lies in its folder, on this machine or copied from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.results import run_folder

MANIFEST = "run.json"


@dataclass(frozen=True)
class Run:
    """One run: its name, what was run (`summary/run.json`), its figures by experiment, and its rows with their answers.

    `rows` are as `results.summary.Row` describes them; `answers` holds the prediction's entry of each, row by row.
    """

    name: str
    folder: Path
    manifest: dict[str, Any]
    summaries: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    answers: list[dict[str, Any]]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Returns the manifest of a finished run.

    Raises:
        UserError: If the folder is missing, no run's, or its run did not end with figures.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder: give the folder of a run, such as outputs/human_simulacra/20260101_120000")
    manifest = run_folder.read_json(folder / "summary" / MANIFEST)
    if manifest is None:
        runs = sorted(path.parent.parent for path in folder.glob(f"*/summary/{MANIFEST}"))
        if runs:
            raise UserError(f"{folder} holds runs and is none itself: give one of them, for instance {runs[-1]}")
        if run_folder.list_results(folder) or list(folder.glob("predictions/*/*.json")):
            raise UserError(f"{folder} is a run without summary/{MANIFEST}: end it first, python run.py CONFIG -r {folder.name}")
        raise UserError(f"{folder} is no run's folder: it has no summary/{MANIFEST}")
    shape = isinstance(manifest, dict) and isinstance(manifest.get("pairs"), list) and isinstance(manifest.get("models"), list)
    if not shape or not all(isinstance(pair, list) and len(pair) == 2 for pair in manifest["pairs"]):
        raise UserError(f"{folder}/summary/{MANIFEST} is not what a run writes: make it anew, python run.py CONFIG -r -m viz")
    return manifest


def load_run(folder: Path, name: str | None = None) -> Run:
    """Reads a run.

    Raises:
        UserError: If something is missing or broken; the sentence names it.
    """
    manifest = read_manifest(folder)
    rows: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for model, dataset in manifest["pairs"]:
        own = list(run_folder.read_scored_rows(folder, [(model, dataset)]))
        said = run_folder.read_predictions(folder, model, dataset)
        rows += own
        answers += [*said, *([{}] * len(own))][: len(own)]
    summaries = []
    for experiment in dict.fromkeys(str(row["experiment"]) for row in rows):
        path = folder / "summary" / f"{experiment}.json"
        summary = run_folder.read_json(path)
        if not isinstance(summary, dict) or "headlines" not in summary:
            raise UserError(f"{path} is missing or not what a run writes: make it anew, python run.py CONFIG -r -m viz")
        summaries.append(summary)
    if not summaries:
        raise UserError(f"{folder} has no scored row: the run's predictions and results are missing")
    return Run(name or folder.resolve().name, folder, manifest, summaries, rows, answers)


def load_runs(folders: Sequence[Path]) -> list[Run]:
    """Reads several runs and gives each a name of its own: its folder's, with as many parents as tell them apart."""
    paths = [folder.resolve() for folder in folders]
    if len(set(paths)) < len(paths):
        raise UserError("the same run is given twice: give each once")
    depth = 1
    while len({path.parts[-depth:] for path in paths}) < len(paths):
        depth += 1
    return [load_run(folder, "/".join(path.parts[-depth:])) for folder, path in zip(folders, paths, strict=True)]
