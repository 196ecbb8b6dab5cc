"""Reading a run's folder as OpenCompass leaves it, without OpenCompass: any machine can make figures from it again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError


def pairs(folder: Path) -> list[tuple[str, str]]:
    """Returns (model, dataset) of every results file in the folder, sorted."""
    return sorted((path.parent.name, path.stem) for path in (folder / "results").glob("*/*.json"))


def rows(folder: Path, wanted: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yields the marked rows of these models and datasets, in this order; what has no results is left out.

    Returns:
        Rows as `experiments.Row` describes them.

    Raises:
        UserError: If a file is broken.
    """
    for model, dataset in wanted:
        results = _load(folder / "results" / model / f"{dataset}.json") or {}
        predictions = list((_load(folder / "predictions" / model / f"{dataset}.json") or {}).values())
        # OpenCompass turns an evaluator's details into one entry a row that holds a list a key, a value a repetition.
        entries = [
            {key: values[repetition] for key, values in entry.items()}
            for entry in results.get("details", [])
            for repetition in range(len(entry.get("id", ())))
        ]
        for place, entry in enumerate(entries):
            prediction = predictions[place] if place < len(predictions) else {}
            yield {**entry, "model": model, "dataset": dataset, "trace": prediction.get("trace")}


def _load(path: Path) -> Any:
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path} is no JSON ({error}): the file was cut off or edited, run with -r to make it again") from None
