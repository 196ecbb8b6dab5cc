"""Reading the folder of an OpenCompass run without OpenCompass, so that any machine can recompute its results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, takewhile, zip_longest
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.json_reading import parse, read_entries
from human_simulacra.results.compact_rows import Compactor, Record
from human_simulacra.results.run_location import resume_command

FINISHED = "finished.json"
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
    "finished.json": "what is finished and need not be done again when the run is resumed, with hashes of all that it depends on",
    "sessions.jsonl": "start and mode of every session: the run itself, and each time that it was resumed",
    "run.lock": "held while a process runs in the folder",
    "judgements.sqlite": "grades that people gave on the page of `human-simulacra judge`",
}


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
        return parse(path.read_bytes())
    except ValueError as error:
        raise _invalid(path, error) from None


def _invalid(path: Path, error: ValueError) -> UserError:
    return UserError(f"{path} is not valid JSON ({error}): write it again, {resume_command(path)}")


def read_predictions(folder: Path, model: str, dataset: str) -> list[dict[str, Any]]:
    """Reads the predictions of one model and dataset in the order of the rows; empty if there is no file.

    Raises:
        UserError: If a file is not valid JSON, or is not one entry for each row by the row's number.
    """
    return list(iterate_predictions(folder, model, dataset))


def iterate_predictions(folder: Path, model: str, dataset: str) -> Iterator[dict[str, Any]]:
    """Yields what `read_predictions` returns, of which only one entry is in memory; errors as of it, perhaps after entries."""
    for path in predictions_paths(folder, model, dataset):
        for place, (key, entry) in enumerate(iterate_entries(path)):
            if key != str(place) or not isinstance(entry, dict):
                yield from _in_order(path)[place:]
                break
            yield entry


def iterate_entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Yields (key, value) of a predictions file; raises a UserError, perhaps after entries, if it is not one JSON object."""
    try:
        yield from read_entries(path)
    except ValueError as error:
        raise _invalid(path, error) from None
    except TypeError:
        raise _not_predictions(path) from None


def _in_order(path: Path) -> list[dict[str, Any]]:
    """Returns the entries of a predictions file in the order of their numbers; raises a UserError if they are not numbered."""
    content = read_json(path)
    own = [content.get(str(number)) for number in range(len(content))]
    if not all(isinstance(entry, dict) for entry in own):
        raise _not_predictions(path)
    return own


def _not_predictions(path: Path) -> UserError:
    return UserError(f"{path} is not a file of predictions by row number: write it again, {resume_command(path)}")


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
        raise UserError(f"{path} is not a file of results: write it again, {resume_command(path)}")
    return content


def read_scored_rows(folder: Path, wanted: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yields the scored rows (`results.summary.Row`) of these (model, dataset) pairs, skipping pairs without results.

    Raises:
        UserError: If a file is not valid JSON.
    """
    for row, answer in iterate_answers(folder, wanted):
        yield {**row, "trace": answer.get("trace")}


def iterate_answers(folder: Path, wanted: Sequence[tuple[str, str]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yields each scored row without its trace, and the entry of the predictions that it scores, empty if there is none.

    Raises:
        UserError: As `read_scored_rows`.
    """
    for model, dataset in wanted:
        for row, answer in _pair_rows(folder, model, dataset):
            if row is not None:
                yield row, answer or {}


def read_compact_rows(folder: Path, wanted: Sequence[tuple[str, str]]) -> list[Record]:
    """Returns what `read_scored_rows` yields without the long texts of traces, which figures do not need; errors as of it."""
    make = Compactor()
    return [row for pair in wanted for row in read_compact_pair(folder, *pair, make)[1]]


def read_compact_pair(folder: Path, model: str, dataset: str, make: Compactor) -> tuple[int, list[Record]]:
    """Returns the number of answers of one model and dataset, and its rows as of `read_compact_rows`, made by `make`."""
    rows, count = [], 0
    for row, answer in _pair_rows(folder, model, dataset):
        count += answer is not None
        if row is not None:
            rows.append(make.row(row, (answer or {}).get("trace")))
    return count, rows


def _pair_rows(folder: Path, model: str, dataset: str) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    scored = flatten_details(read_results(folder, model, dataset))
    for entry, answer in zip_longest(scored, iterate_predictions(folder, model, dataset)):
        yield None if entry is None else {**entry, "model": model, "dataset": dataset}, answer


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
