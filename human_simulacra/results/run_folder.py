"""Reading the folder of an OpenCompass run without OpenCompass, so that any machine can recompute its results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError

STAMP = re.compile(r"\d{8}_\d{6}")  # the name of a run's folder
_PART = re.compile(r"_\d+$")
# The files of a run, for the documentation. In the names, TIME, MODEL, DATASET and EXPERIMENT stand for any name.
FILES: dict[str, str] = {
    "configs/TIME_ID.py": "the whole config as OpenCompass ran it; one file for each session",
    "predictions/MODEL/DATASET.json": "question, reply and trace of every row; `DATASET_0.json` and on in a split run",
    "predictions/MODEL/rows/DATASET.jsonl": "the journal: each row, written when it is finished, with a hash of what decides it",
    "results/MODEL/DATASET.json": "metrics; scores of each row, and what judges and a second reader wrote about it",
    "summary/primary.md, .json": "the primary comparisons: p corrected over all methods and experiments of the run",
    "summary/EXPERIMENT.md, .csv, .json": "scores by method, type and character, and exploratory comparisons",
    "summary/run.json": "what was run: models, datasets, versions, hashes of config and prompts, usage, money, what is missing",
    "summary/manifest.json": "SHA-256 of all these files",
    "summary/report.html": "the report, with every answer",
    "summary/summary_TIME.csv, .md, .txt": "OpenCompass's own summary, where a config uses its summarizer",
    "logs/": "the traceback of a task that failed, and of a run that stopped early (`failure.txt`)",
    "run_record.json": "host, process and start of the run, and a hash of its config",
    "sessions.jsonl": "start and mode of every session: the run itself, and each time that it was resumed",
    "run.lock": "held while a process runs in the folder",
    "judgements.sqlite": "grades that people gave on the page of `human-simulacra judge`",
}


def find_runs(work_dir: Path, wanted: str) -> list[Path]:
    """Returns the folders of all runs, sorted by name.

    Args:
        work_dir: The folder of runs.
        wanted: The name of the run that must be among them, or `latest` for any.

    Raises:
        UserError: If there is no such run.
    """
    found = sorted(work_dir.iterdir()) if work_dir.is_dir() else []
    runs = [path for path in found if STAMP.fullmatch(path.name) and path.is_dir()]
    names = [run.name for run in runs]
    if not runs:
        named = "" if wanted == "latest" else f" '{wanted}'"
        raise UserError(f"there is no run{named} in {work_dir} to resume: start one without resuming")
    if wanted not in ("latest", *names):
        raise UserError(f"there is no run '{wanted}' in {work_dir} to resume: its runs are {', '.join(names)}")
    return runs


def results_path(folder: Path, model: str, dataset: str) -> Path:
    """Returns the path of the scores of one model and dataset."""
    return folder / "results" / model / f"{dataset}.json"


def predictions_path(folder: Path, model: str, dataset: str) -> Path:
    """Returns the path of the predictions of one model and dataset that were written as a whole."""
    return folder / "predictions" / model / f"{dataset}.json"


def predictions_paths(folder: Path, model: str, dataset: str) -> list[Path]:
    """Returns the predictions files of one model and dataset in the order of their rows; empty if there is none.

    It is the whole file, or else the files of the parts `DATASET_0`, `DATASET_1`, ... up to the first that is missing: what
    OpenCompass 0.5.4 evaluates.
    """
    whole = predictions_path(folder, model, dataset)
    parts = (whole.with_name(f"{dataset}_{number}.json") for number in count())
    return [whole] if whole.is_file() else list(takewhile(Path.is_file, parts))


def is_part(name: str, dataset: str) -> bool:
    """Returns whether `name` is a dataset's abbr, or that of one of its parts."""
    return name == dataset or (name.startswith(dataset) and bool(_PART.fullmatch(name[len(dataset) :])))


def list_parts(folder: Path, dataset: str, suffix: str = ".json") -> list[Path]:
    """Returns the files in a folder that a dataset or any of its parts names, with this suffix, sorted."""
    return sorted(path for path in folder.glob(f"*{suffix}") if is_part(path.name.removesuffix(suffix), dataset))


def read_json(path: Path) -> Any:
    """Reads a JSON file; None if it does not exist.

    Raises:
        UserError: If the file is not valid JSON.
    """
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path} is not valid JSON ({error}): resume the run with -r to write it again") from None


def read_predictions(folder: Path, model: str, dataset: str) -> list[dict[str, Any]]:
    """Reads the predictions of one model and dataset in the order of the rows; empty if there is no file.

    Raises:
        UserError: If a file is not valid JSON, or is not one entry for each row by the row's number.
    """
    answers: list[dict[str, Any]] = []
    for path in predictions_paths(folder, model, dataset):
        content = read_json(path)
        entries = content if isinstance(content, dict) else {}
        own = [entries.get(str(number)) for number in range(len(entries))]
        valid = [entry for entry in own if isinstance(entry, dict)]
        if not isinstance(content, dict) or len(valid) < len(own):
            raise UserError(f"{path} is not a file of predictions by row number: resume the run with -r to write it again")
        answers += valid
    return answers


def list_results(folder: Path) -> list[tuple[str, str]]:
    """Returns (model, dataset) of every results file in the folder, sorted."""
    return sorted((path.parent.name, path.stem) for path in (folder / "results").glob("*/*.json"))


def read_results(folder: Path, model: str, dataset: str) -> dict[str, Any]:
    """Reads the results of one model and dataset: its metrics and `details`; empty if there is no file.

    Raises:
        UserError: If the file is not valid JSON or not a file of results.
    """
    path = results_path(folder, model, dataset)
    content = read_json(path)
    if content is None:
        return {}
    details = content.get("details", []) if isinstance(content, dict) else None
    if not isinstance(details, list) or not all(isinstance(entry, dict) for entry in details):
        raise UserError(f"{path} is not a file of results: resume the run with -r to write it again")
    return content


def read_scored_rows(folder: Path, wanted: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yields the scored rows (`results.summary.Row`) of these (model, dataset) pairs, skipping pairs without results.

    Raises:
        UserError: If a file is not valid JSON.
    """
    for model, dataset in wanted:
        answers = read_predictions(folder, model, dataset)
        for place, entry in enumerate(flatten_details(read_results(folder, model, dataset))):
            answer = answers[place] if place < len(answers) else {}
            yield {**entry, "model": model, "dataset": dataset, "trace": answer.get("trace")}


def flatten_details(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the scored rows of a results file in the order of the predictions: repetition by repetition.

    OpenCompass stores one entry per row, with a list per key and a value per repetition.
    """
    entries = [entry for entry in results.get("details", []) if isinstance(entry.get("id"), list)]
    repetitions = max((len(entry["id"]) for entry in entries), default=0)
    return [
        {key: values[repetition] for key, values in entry.items() if isinstance(values, list)}
        for repetition in range(repetitions)
        for entry in entries
        if repetition < len(entry["id"])
    ]
