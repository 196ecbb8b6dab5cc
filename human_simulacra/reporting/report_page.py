"""Puts the report together: one HTML file that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from human_simulacra.charts.model_series import collect_measures, list_series
from human_simulacra.files import write_atomically
from human_simulacra.reporting.answer_browser import embedded, packed
from human_simulacra.reporting.report_sections import costs, sections
from human_simulacra.reporting.run_overview import MODEL_HEAD, dataset_rows, facts, matrix, model_rows, versions
from human_simulacra.results.loaded_run import Run, load_runs

_NUMBER = re.compile(r"(< )?[~+\-\u2212]?\d[\d.,]*( ?\[.*| \+ [\d,]+| %)?$")


def write_report(folders: Sequence[Path], target: Path) -> Path:
    """Writes the report of one or several runs and returns its path.

    Raises:
        UserError: If a folder is no finished run's.
    """
    write_atomically(target, page(load_runs(folders)))
    return target


def page(runs: Sequence[Run]) -> str:
    """Returns the report as HTML."""
    series = list_series(runs)
    found = collect_measures(runs, series)
    style, script = _file("report.css"), _file("report.js")
    html = _environment().get_template("report.html.jinja").render(
        title="Human simulacra: " + (runs[0].name if len(runs) == 1 else f"{len(runs)} runs"),
        runs=[_run(run) for run in runs],
        matrix=matrix(found, series),
        sections=sections(runs, series, found),
        costs=costs(series, found),
        answers=Markup(embedded(packed(runs))),
        rows=sum(len(run.rows) for run in runs),
        style=Markup(style),
        script=Markup(script),
        # Only our own script may run, whatever a model wrote.
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        made=datetime.now().strftime("%Y-%m-%d %H:%M"),
    )  # fmt: skip
    # A model can write half a surrogate pair, which no file in UTF-8 can hold.
    return html.encode("utf-8", "replace").decode("utf-8")


def _run(run: Run) -> dict[str, Any]:
    return {
        "name": run.name,
        "facts": facts(run),
        "models": {"head": MODEL_HEAD, "rows": model_rows(run)},
        "datasets": {"head": ("dataset", "kind", "arguments"), "rows": dataset_rows(run)},
        "versions": versions(run),
    }


@cache
def _environment() -> Environment:
    loader = PackageLoader("human_simulacra.reporting", ".")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["numeric_columns"] = _numeric_columns
    return environment


def _numeric_columns(rows: Sequence[Sequence[Any]]) -> list[bool]:
    """Tells of each column whether it holds numbers, with gaps perhaps."""
    columns = [[str(cell) for cell in column if cell not in (None, "", "-")] for column in zip(*rows, strict=True)]
    return [bool(cells) and all(_NUMBER.match(cell) for cell in cells) for cells in columns]


def _file(name: str) -> str:
    return (files("human_simulacra.reporting") / name).read_text(encoding="utf-8")
