"""Loading a finished run from its folder, which may be a copy from another machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.results import run_folder
from human_simulacra.results.primary_comparisons import NAME as PRIMARY
from human_simulacra.results.run_location import DESCRIPTION, resume_command
from human_simulacra.results.summary import Row


@dataclass(frozen=True)
class Run:
    """One run: its name, description (`summary/run.json`), summaries, rows (`results.summary.Row`) and answers.

    The primary comparisons are the first summary. `answers` holds the predictions entry of each row; it is empty, and the traces
    lack their long texts, if the run was read without texts.
    """

    name: str
    folder: Path
    description: dict[str, Any]
    summaries: list[dict[str, Any]]
    rows: Sequence[Row]
    answers: Sequence[dict[str, Any]]


def read_description(folder: Path) -> dict[str, Any]:
    """Returns the contents of `summary/run.json` of a finished run.

    Raises:
        UserError: If the folder is missing, is not a run's folder, or its run has not finished.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder: pass the folder of a run, such as outputs/human_simulacra/20260101_120000")
    description = run_folder.read_json(folder / DESCRIPTION)
    if description is None:
        runs = sorted(path.parent.parent for path in folder.glob(f"*/{DESCRIPTION}"))
        if runs:
            raise UserError(f"{folder} contains several runs: pass one of them, for instance {runs[-1]}")
        if run_folder.list_results(folder) or list(folder.glob("predictions/*/*.json")):
            raise UserError(f"{folder} has no {DESCRIPTION}: finish the run, {resume_command(folder)}")
        raise UserError(f"{folder} is not a run's folder: it has no {DESCRIPTION}")
    shape = isinstance(description, dict) and all(isinstance(description.get(key), list) for key in ("pairs", "models"))
    if not shape or not all(isinstance(pair, list) and len(pair) == 2 for pair in description["pairs"]):
        raise UserError(f"{folder}/{DESCRIPTION} is not valid: write it again, {resume_command(folder, 'viz')}")
    return description


def scored_pairs(folder: Path, description: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Returns the (model, dataset) pairs of a run's figures.

    Raises:
        UserError: If there is none, or the scores of one are missing.
    """
    pairs = [(model, dataset) for model, dataset in description["pairs"]]
    for pair in pairs:
        path = run_folder.results_path(folder, *pair)
        if not path.is_file():
            raise UserError(f"{path} is missing: write it again, {resume_command(folder)}, which asks for no saved answer again")
    if not pairs:
        raise UserError(f"{folder} has no scored row: score its answers, {resume_command(folder)}")
    return pairs


def load_run(folder: Path, name: str | None = None, texts: bool = True) -> Run:
    """Reads a run.

    Args:
        folder: The run's folder.
        name: Its name; that of the folder if None.
        texts: Whether its answers are read too, and traces whole. All that is read stays in memory.

    Raises:
        UserError: If a file is missing or not valid; the message names it.
    """
    description = read_description(folder)
    pairs = scored_pairs(folder, description)
    rows: list[Row] = []
    answers: list[dict[str, Any]] = []
    if texts:
        for row, answer in run_folder.iterate_answers(folder, pairs):
            rows.append({**row, "trace": answer.get("trace")})
            answers.append(answer)
    else:
        rows += run_folder.read_compact_rows(folder, pairs)
    summaries = []
    for experiment in dict.fromkeys([PRIMARY, *(str(row["experiment"]) for row in rows)]):
        path = folder / "summary" / f"{experiment}.json"
        summary = run_folder.read_json(path)
        if summary is None and experiment == PRIMARY:
            continue  # a run of version 0.1.0 has none
        if not isinstance(summary, dict) or "headlines" not in summary:
            raise UserError(f"{path} is missing or not valid: write it again, {resume_command(folder, 'viz')}")
        summaries.append(summary)
    return Run(name or folder.resolve().name, folder, description, summaries, rows, answers)


def load_runs(folders: Sequence[Path]) -> list[Run]:
    """Reads several runs without texts, each named by its folder and as many parent folders as make the names distinct.

    Raises:
        UserError: If a run is given twice, or a file is missing or not valid.
    """
    paths = [folder.resolve() for folder in folders]
    if len(set(paths)) < len(paths):
        raise UserError("the same run is given twice: pass each run once")
    depth = 1
    while len({path.parts[-depth:] for path in paths}) < len(paths):
        depth += 1
    return [load_run(folder, "/".join(path.parts[-depth:]), texts=False) for folder, path in zip(folders, paths, strict=True)]
