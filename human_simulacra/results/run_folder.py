"""Reading the folder of an OpenCompass run without OpenCompass, so that any machine can recompute its results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError


def results_path(folder: Path, model: str, dataset: str) -> Path:
    """Returns the path of the scores of one model and dataset."""
    return folder / "results" / model / f"{dataset}.json"


def predictions_path(folder: Path, model: str, dataset: str) -> Path:
    """Returns the path of the predictions of one model and dataset."""
    return folder / "predictions" / model / f"{dataset}.json"


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
    """Reads the predictions of one model and dataset in order; empty if there is no file."""
    return list((read_json(predictions_path(folder, model, dataset)) or {}).values())


def list_results(folder: Path) -> list[tuple[str, str]]:
    """Returns (model, dataset) of every results file in the folder, sorted."""
    return sorted((path.parent.name, path.stem) for path in (folder / "results").glob("*/*.json"))


def read_scored_rows(folder: Path, wanted: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yields the scored rows (`results.summary.Row`) of these (model, dataset) pairs, skipping pairs without results.

    Raises:
        UserError: If a file is not valid JSON.
    """
    for model, dataset in wanted:
        answers = read_predictions(folder, model, dataset)
        for place, entry in enumerate(flatten_details(read_json(results_path(folder, model, dataset)) or {})):
            answer = answers[place] if place < len(answers) else {}
            yield {**entry, "model": model, "dataset": dataset, "trace": answer.get("trace")}


def flatten_details(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the scored rows of a results file in the order of the predictions: repetition by repetition.

    OpenCompass stores one entry per row, with a list per key and a value per repetition.
    """
    entries = results.get("details", [])
    repetitions = max((len(entry.get("id", ())) for entry in entries), default=0)
    return [
        {key: values[repetition] for key, values in entry.items() if isinstance(values, list)}
        for repetition in range(repetitions)
        for entry in entries
        if repetition < len(entry.get("id", ()))
    ]
