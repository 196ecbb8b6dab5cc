"""Reading a run's folder as OpenCompass leaves it, without OpenCompass: any machine can make figures from it again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError


def results_path(folder: Path, model: str, dataset: str) -> Path:
    """Returns where a run keeps the scores of one model and dataset."""
    return folder / "results" / model / f"{dataset}.json"


def predictions_path(folder: Path, model: str, dataset: str) -> Path:
    """Returns where a run keeps the answers of one model and dataset."""
    return folder / "predictions" / model / f"{dataset}.json"


def read_json(path: Path) -> Any:
    """Returns a JSON file's value, or None where there is no such file.

    Raises:
        UserError: If it is no JSON.
    """
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path} is no JSON ({error}): the file was cut off or edited, run with -r to make it again") from None


def read_predictions(folder: Path, model: str, dataset: str) -> list[dict[str, Any]]:
    """Returns the answers of one model and dataset in order, none where there is no file."""
    return list((read_json(predictions_path(folder, model, dataset)) or {}).values())


def list_results(folder: Path) -> list[tuple[str, str]]:
    """Returns (model, dataset) of every results file in the folder, sorted."""
    return sorted((path.parent.name, path.stem) for path in (folder / "results").glob("*/*.json"))


def read_scored_rows(folder: Path, wanted: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yields the scored rows of these models and datasets, in this order; what has no results is left out.

    Returns:
        Rows as `results.summary.Row` describes them.

    Raises:
        UserError: If a file is broken.
    """
    for model, dataset in wanted:
        answers = read_predictions(folder, model, dataset)
        for place, entry in enumerate(flatten_details(read_json(results_path(folder, model, dataset)) or {})):
            answer = answers[place] if place < len(answers) else {}
            yield {**entry, "model": model, "dataset": dataset, "trace": answer.get("trace")}


def flatten_details(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the scored rows of a results file in the order of the answers: repetition by repetition.

    OpenCompass turns an evaluator's details into one entry a row that holds a list a key, a value a repetition.
    """
    entries = results.get("details", [])
    repetitions = max((len(entry.get("id", ())) for entry in entries), default=0)
    return [
        {key: values[repetition] for key, values in entry.items() if isinstance(values, list)}
        for repetition in range(repetitions)
        for entry in entries
        if repetition < len(entry.get("id", ()))
    ]
