"""Small runs for the viewer's tests, and copies in which single answers differ."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.synthetic_run import write_run

MACM, NONE = "some-model-7b-instruct-macm", "some-model-7b-instruct-none"
CHARACTERS = ("emre-kalayci", "kojo-darkwa")


def small_run(folder: Path, **options: Any) -> Path:
    """Writes a run with two methods and ten questions of two characters."""
    return write_run(folder, CHARACTERS, ("none", "macm"), everything=False, **options)


def edit_json(path: Path, change: Callable[[Any], None]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def copy_run(
    source: Path, target: Path, change: Callable[[list[dict[str, Any]], dict[str, Any]], None], model: str = MACM
) -> Path:
    """Copies a run and changes the scored rows and the predictions of one of its models."""
    shutil.copytree(source, target)

    def change_results(results: Any) -> None:
        predictions = json.loads((target / "predictions" / model / "single_choice.json").read_text())
        change(results["details"], predictions)
        renumbered = {str(place): entry for place, entry in enumerate(predictions.values())}
        (target / "predictions" / model / "single_choice.json").write_text(json.dumps(renumbered))

    edit_json(target / "results" / model / "single_choice.json", change_results)
    return target


def rename_model(run: Path, old: str, new: str) -> None:
    """Gives a model of a run another abbr."""
    for kind in ("results", "predictions"):
        (run / kind / old).rename(run / kind / new)
    for path in (run / "summary").glob("*.json"):
        path.write_text(path.read_text().replace(old, new))
