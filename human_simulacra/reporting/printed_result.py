"""What a run prints at its end: its verdict, a table that fits the terminal, warnings, and where the rest is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.reporting.verdict import describe_verdict
from human_simulacra.results.main_table import WIDTH, describe_cost, describe_tests, main_table, main_table_to_text
from human_simulacra.results.summary import Caution, Row, Summary
from human_simulacra.results.tables import headline_table, nan_to_none, table_to_text, usage_table
from human_simulacra.results.usage import Usage, usage_by_model


def describe_run(
    summaries: Sequence[Summary], rows: Sequence[Row], run: Mapping[str, Any], more: Sequence[str], width: int | None
) -> str:
    """Returns the verdict, a table for each experiment, warnings and further lines.

    Args:
        summaries: The primary comparisons and the experiments.
        rows: The scored rows of the run.
        run: The run's description.
        more: Lines that follow, such as what the sample is; none for a short result.
        width: Columns of the terminal; None if the text does not go to a terminal, where lines are not wrapped.
    """
    primary, *experiments = summaries
    names = {model["abbr"] for model in run["models"]}
    blocks = []
    for summary in experiments:
        own = usage_by_model([row for row in rows if row["experiment"] == summary.experiment])
        figures = find_experiment(summary.experiment).main_figures(summary)
        table = main_table(summary, *figures, primary.data, {m: own[m] for m in own if m in names}, run["prices"])
        blocks.append(main_table_to_text(table, width or WIDTH))
    whole = usage_by_model(rows)
    others = [f"{name}: {describe_cost(whole[name], run['prices'].get(name) or {})}" for name in whole if name not in names]
    tests = describe_tests(experiments, primary.data)
    cautions = dict.fromkeys(str(note) for summary in summaries for note in summary.notes if isinstance(note, Caution))
    lines = [tests, *others, *(f"Warning: {note}" for note in cautions), *more]
    verdict = describe_verdict(nan_to_none(asdict(primary)))
    return "\n\n".join(["", _wrap(verdict, width), *blocks, "\n".join(_wrap(line, width) for line in lines if line)])


def wide_tables(summaries: Sequence[Summary], usage: Mapping[str, Mapping[str, Usage]], more: Sequence[str]) -> str:
    """Returns the main tables in their full width, usage, lines that describe the samples, and all notes."""
    return "\n".join(_wide_parts(summaries, usage, more))


def _wide_parts(summaries: Sequence[Summary], usage: Mapping[str, Mapping[str, Usage]], more: Sequence[str]) -> Iterator[str]:
    primary, *experiments = summaries
    overview = [headline_table(experiments)] if len(experiments) > 1 else []
    tables = [table for summary in experiments for table in summary.tables]
    yield ""
    for table in [*primary.tables, *overview, *tables, usage_table(usage)]:
        if table.rows and not table.detail:
            yield table_to_text(table)
    yield from more
    for summary in summaries:
        if summary.notes:
            yield "\n".join([f"\n{summary.title}:", *summary.notes])


def _wrap(text: str, width: int | None) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False) if width else text
