"""Checks that a run's folder has the tables, the manifest and the report of its present results."""

from __future__ import annotations

from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.reporting.manifest import MANIFEST, REPORT, read_manifest
from human_simulacra.reporting.manifest_check import find_changes
from human_simulacra.results import run_folder
from human_simulacra.results.loaded_run import DESCRIPTION
from human_simulacra.results.primary_comparisons import NAME as PRIMARY


def find_summary_problems(folder: Path) -> list[tuple[str, str]]:
    """Returns (file, finding) for each file of `summary/` that is missing, and for each that is not of the present results."""
    experiments = _scored_experiments(folder)
    if not experiments:
        return [("summary", "there are no tables, since no row is scored")]
    tables = [f"summary/{PRIMARY}.{kind}" for kind in ("md", "json")]
    tables += [f"summary/{name}.{kind}" for name in experiments for kind in ("md", "csv", "json")]
    missing = [name for name in (*tables, DESCRIPTION, MANIFEST, REPORT) if not (folder / name).is_file()]
    found = [(name, "is missing") for name in missing]
    if MANIFEST in missing:
        return found
    try:
        unrecorded = REPORT not in missing and REPORT not in read_manifest(folder)["files"]
    except UserError as error:
        return [*found, (MANIFEST, str(error))]
    changes = find_changes(folder)[1]
    found += [("summary", f"is out of date: {change}") for change in changes if not any(name in change for name in missing)]
    return [*found, *([(REPORT, "is out of date: the manifest does not have it")] if unrecorded else [])]


def _scored_experiments(folder: Path) -> list[str]:
    """Returns the names of the experiments that have a scored row."""
    names: dict[str, None] = {}
    for model, dataset in run_folder.list_results(folder):
        try:
            rows = run_folder.flatten_details(run_folder.read_results(folder, model, dataset))
        except UserError:  # which the check of the results names
            continue
        names |= dict.fromkeys(str(row["experiment"]) for row in rows if "experiment" in row)
    return list(names)
