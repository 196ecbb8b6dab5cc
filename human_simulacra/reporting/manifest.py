"""Writes the manifest of a run: SHA-256 hashes of its configs, predictions, results, tables and report.

The manifest finds changes. It proves no origin, since whoever changes a file can write the manifest again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.files import digest, sha256_file, write_atomically
from human_simulacra.results import run_folder
from human_simulacra.results.loaded_run import read_description
from human_simulacra.results.run_location import resume_command
from human_simulacra.results.tables import to_json

MANIFEST = "summary/manifest.json"
REPORT = "summary/report.html"
# Digits of a part's hash. It only tells which part of a file was changed; the file's own hash is complete.
_PART_DIGITS = 12
MOST_PARTS = 50_000  # answers and scored rows; the hashes of more would be larger than the tables and fill the memory


def write_manifest(folder: Path) -> None:
    """Writes `summary/manifest.json` of a run that has all its other files but the report.

    It has the keys `files` (SHA-256 by path, relative to the folder), `parts` (of the JSON files, see `read_parts`) and `digest`
    (of the manifest's other keys). The parts of answers and scored rows are left out if there are more than `MOST_PARTS`.

    Raises:
        UserError: If the run has no valid `summary/run.json`, or a file is not valid JSON.
    """
    files: dict[str, str] = {}
    parts: dict[str, dict[str, dict[str, str]]] = {}
    room = MOST_PARTS
    for name in _files_of_run(folder):
        files[name] = sha256_file(folder / name)
        if name.endswith(".json") and (room > 0 or not _has_rows(name)):
            parts[name] = hash_parts(folder, name)
            room -= len(parts[name])
    _write(folder, files, parts if room > 0 else {name: own for name, own in parts.items() if not _has_rows(name)})


def _has_rows(name: str) -> bool:
    return Path(name).parts[0] in ("predictions", "results")


def record_report(folder: Path) -> None:
    """Adds the report's hash to the manifest; leaves a manifest that is missing or was edited as it is."""
    try:
        manifest = read_manifest(folder)
    except UserError:
        return
    _write(folder, {**manifest["files"], REPORT: sha256_file(folder / REPORT)}, manifest["parts"])


def read_manifest(folder: Path) -> dict[str, Any]:
    """Returns the manifest of a run.

    Raises:
        UserError: If it is missing, is not valid JSON, or does not match its own digest.
    """
    path = folder / MANIFEST
    manifest = run_folder.read_json(path)
    if manifest is None:
        raise UserError(f"{path} is missing, so changed files cannot be found: write it, {resume_command(folder, 'viz')}")
    content = {key: manifest.get(key) for key in ("files", "parts")} if isinstance(manifest, dict) else {}
    whole = bool(content) and all(isinstance(value, dict) for value in content.values())
    if not whole or manifest != {**content, "digest": digest(content)}:
        raise UserError(f"{path} was edited after the run: its contents do not match its own digest")
    return manifest


def hash_parts(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """Returns the hashes of the parts of a JSON file, by owner and part, as `read_parts` yields them."""
    return {
        owner: {part: digest(value)[:_PART_DIGITS] for part, value in parts.items()} for owner, parts in read_parts(folder, name)
    }


def read_parts(folder: Path, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yields (owner, parts) of a JSON file of a run: of each row, or of the whole file with an empty owner.

    Args:
        folder: The run's folder.
        name: The file's path in the folder.

    Raises:
        UserError: If the file is not valid JSON.
    """
    kind = Path(name).parts[0]
    content = run_folder.read_json(folder / name) if kind != "predictions" else {}
    if not _has_rows(name):
        yield "", content
        return
    predicted = kind == "predictions"
    rows = run_folder.iterate_entries(folder / name) if predicted else enumerate(run_folder.flatten_details(content))
    seen: Counter[str] = Counter()
    for position, row in rows:
        row_id = str(row.get("id", position))
        seen[row_id] += 1
        owner = f"row {row_id}" + (f", repetition {seen[row_id]}" if seen[row_id] > 1 else "")
        yield owner, _answer_parts(row) if predicted else _scored_row_parts(row)
    if not predicted:
        yield "", {key: value for key, value in content.items() if key != "details"}


def _answer_parts(answer: Mapping[str, Any]) -> dict[str, Any]:
    trace = answer.get("trace") or {}
    prompts = [answer.get("origin_prompt"), [call["prompt"] for call in trace.get("calls") or ()]]
    return {"prompt": prompts, **{key: answer.get(key) for key in ("trace", "prediction", "gold", "error")}}


def _scored_row_parts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Splits a scored row as the evaluator writes it: the dataset's columns, then `prediction` and the scores."""
    keys = list(row)
    first_score = keys.index("prediction") if "prediction" in row else len(keys)
    return {
        "gold answer": row.get("answer"),
        "question and other columns": {key: row[key] for key in keys[:first_score] if key != "answer"},
        "prediction and scores": {key: row[key] for key in keys[first_score:] if key != "answer"},
    }


def _files_of_run(folder: Path) -> list[str]:
    """Returns the files on which a run's figures rest, and its tables. Grades that people give later are not among them."""
    found = [*folder.glob("configs/*.py"), *folder.glob("sessions.jsonl")]
    for model, dataset in read_description(folder)["pairs"]:
        predictions = run_folder.predictions_paths(folder, model, dataset)
        journals = run_folder.list_parts(folder / "predictions" / model / "rows", dataset, ".jsonl")
        found += [run_folder.results_path(folder, model, dataset), *predictions, *journals]
    found += [path for kind in ("json", "csv", "md") for path in folder.glob(f"summary/*.{kind}")]
    return sorted({path.relative_to(folder).as_posix() for path in found} - {MANIFEST})


def _write(folder: Path, files: Mapping[str, str], parts: Mapping[str, Any]) -> None:
    content = {"files": files, "parts": parts}
    write_atomically(folder / MANIFEST, to_json({**content, "digest": digest(content)}))
