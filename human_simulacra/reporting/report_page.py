"""Renders the report as one self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from human_simulacra.charts.model_series import collect_measures, list_series
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically, write_output
from human_simulacra.reporting import run_overview as overview
from human_simulacra.reporting.answer_browser import encode_for_script, pack_answers
from human_simulacra.reporting.manifest import REPORT, record_report
from human_simulacra.reporting.opening_chart import opening_chart
from human_simulacra.reporting.page_tables import page_table, summary_tables
from human_simulacra.reporting.replay import replay
from human_simulacra.reporting.report_sections import build_sections, cost_charts
from human_simulacra.reporting.verdict import describe_findings
from human_simulacra.results.loaded_run import Run, load_runs
from human_simulacra.results.primary_comparisons import NAME as PRIMARY

_TITLE = "Human simulacra: "
# Parts of the report's one style sheet and one script, in this order.
_STYLES = ("report.css", "charts.css", "answers.css", "screens.css")
_SCRIPTS = ("answer_data.js", "answer_trace.js", "answer_text.js", "answer_comparison.js", "report.js")


def write_report(folders: Sequence[Path], target: Path, fresh: bool = False) -> Path:
    """Writes the report of one or several runs and returns its path. A report in a run's own folder is added to its manifest.

    Args:
        folders: The runs' folders.
        target: The file to write.
        fresh: As of `render_report`.

    Raises:
        UserError: If a folder is not a finished run's.
        OSError: If the file cannot be written.
    """
    write_atomically(target, render_report(load_runs(folders), fresh))
    _record(folders, target)
    return target


def export_report(folders: Sequence[Path], target: Path) -> Path:
    """Writes the report that a user asks for, as `write_report` does, but over no file that is not a report.

    Raises:
        UserError: If a folder is not a finished run's, or the file cannot be written or is no report.
    """
    write_output(target, render_report(load_runs(folders)), "report", f"<title>{_TITLE}", "--out")
    _record(folders, target)
    return target


def _record(folders: Sequence[Path], target: Path) -> None:
    for folder in folders:
        if target.resolve() == (folder / REPORT).resolve():
            record_report(folder)


def render_report(runs: Sequence[Run], fresh: bool = False) -> str:
    """Returns the report of one or several runs as HTML. Its first lines name runs that do not replay, and what each shows.

    Args:
        runs: The runs; their rows need no texts.
        fresh: Whether this process has just computed all scores and figures from the saved answers, so that a replay would only
            compute them again.
    """
    sample = pack_answers(runs)
    series = list_series(runs)
    found = collect_measures(runs, series)
    sections = build_sections(runs, series, found)
    style = "".join(map(_file, _STYLES))
    script = _script()
    html = _environment().get_template("report.html.jinja").render(
        title=_TITLE + (runs[0].name if len(runs) == 1 else f"{len(runs)} runs"),
        verdicts=[_verdict(run) for run in runs],
        opening=opening_chart(series, found),
        warnings=[warning for run in runs if not fresh and (warning := _warning(run, alone=len(runs) == 1))],
        runs=[_run(run) for run in runs],
        scores=overview.score_table(found, series),
        primary=next((section for section in sections if section.name == PRIMARY), None),
        sections=[section for section in sections if section.name != PRIMARY],
        costs=cost_charts(series, found),
        answers=Markup(encode_for_script(sample.packed)),
        rows=sample.whole,
        shown=sample.shown,
        style=Markup(style),
        script=Markup(script),
        policy=Markup(content_policy()),
        made=datetime.now().strftime("%Y-%m-%d %H:%M"),
    )  # fmt: skip
    # A model can write a lone surrogate, which UTF-8 cannot encode.
    return html.encode("utf-8", "replace").decode("utf-8")


def content_policy() -> str:
    """Returns the content security policy of a report of this version, which allows no script but the report's own."""
    digest = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _verdict(run: Run) -> tuple[str, list[str]]:
    primary = next((summary for summary in run.summaries if summary.get("experiment") == PRIMARY), None)
    return run.name, describe_findings(primary)


def _warning(run: Run, alone: bool) -> str:
    """Returns the sentence that says why a run does not replay; an empty one if it does."""
    try:
        findings = [result.finding for result in replay(run.folder, with_report=False) if not result.agrees]
    except UserError as error:
        findings = [str(error)]
    if not findings:
        return ""
    more = f" (and {len(findings) - 1} more: human-simulacra replay)" if len(findings) > 1 else ""
    name = "This run" if alone else f"The run {run.name}"
    return f"{name} does not replay. {findings[0].replace(f'{run.folder}/', '')}{more}"


def _run(run: Run) -> dict[str, Any]:
    return {
        "name": run.name,
        "properties": overview.run_properties(run),
        "models": page_table("Models", overview.MODEL_HEAD, overview.model_rows(run)),
        "datasets": page_table("Datasets", ("dataset", "kind", "arguments"), overview.dataset_rows(run)),
        "versions": overview.package_versions(run),
    }


@cache
def _environment() -> Environment:
    loader = PackageLoader("human_simulacra.reporting", ".")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["page_tables"] = summary_tables
    return environment


def _script() -> str:
    return '"use strict";\n(() => {\n' + "".join(map(_file, _SCRIPTS)) + "})();\n"


def _file(name: str) -> str:
    return (files("human_simulacra.reporting") / name).read_text(encoding="utf-8")
