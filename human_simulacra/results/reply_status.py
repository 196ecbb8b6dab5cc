"""Whether a reply is whole: its status, derived from the trace, and the counts of cut-off and filtered replies in tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from human_simulacra.results.summary import ALL, Caution, Row, Summary, Table
from human_simulacra.traces import FORM_NOT_KEPT

Status = Literal["answered", "truncated", "filtered", "missing"]
ANSWERED: Status = "answered"
TRUNCATED: Status = "truncated"
FILTERED: Status = "filtered"
MISSING: Status = "missing"
NOTE = (
    "Truncated: replies that reached the token limit (max_out_len). Filtered: replies that the server's content filter cut or "
    "withheld. Neither counts as an answer to a question (docs/answering.md)."
)
_BY_FINISH: dict[str, Status] = {"length": TRUNCATED, "content_filter": FILTERED}
# Columns of tables that name the rows of a line, with the rows' own column; experiments have words of their own for the type.
_NAMES = {
    "model": "model",
    "character": "character",
    "variant": "variant",
    **dict.fromkeys(("type", "kind", "age", "theme"), "type"),
}


def reply_status(reply: str | None, trace: Mapping[str, Any] | None) -> Status:
    """Returns the status of a reply: how the last call of the Top agent ended.

    A structured answer that has its form is whole, even if blanks after it reached the token limit.

    Args:
        reply: The reply; None if the row failed.
        trace: The trace as `Trace.as_dict` writes it, or None. If it does not say how the call ended, the reply is `answered`.
    """
    if reply is None:
        return MISSING
    trace = trace or {}
    ends = [call["completion"].get("finish", "") for call in trace.get("calls", ()) if call["agent"] == "top"]
    if not ends or (trace.get("answering") == "structured" and FORM_NOT_KEPT not in trace["problems"]):
        return ANSWERED
    return _BY_FINISH.get(ends[-1], ANSWERED)


def with_reply_status(summary: Summary, rows: Sequence[Row]) -> Summary:
    """Returns a summary that counts truncated and filtered replies if there are any.

    Every table that counts a model's missing rows gets a column for each of the two that occurs. The data get the counts by
    model, `reply_status`, and so does a note, since a model without any answer has no line in some tables.

    Args:
        summary: The summary of one experiment.
        rows: The experiment's scored rows.
    """
    found = [status for status in (TRUNCATED, FILTERED) if any(row.get("status") == status for row in rows)]
    if not found:
        return summary
    counts = [
        {"model": model, **{status: _count(rows, {"model": model}, status) for status in (TRUNCATED, FILTERED)}}
        for model in dict.fromkeys(row["model"] for row in rows)
    ]
    tables = tuple(_with_counts(table, rows, found) if {"model", MISSING} <= {*table.head} else table for table in summary.tables)
    shown = "; ".join(
        f"{c['model']} {c[TRUNCATED]} truncated, {c[FILTERED]} filtered" for c in counts if c[TRUNCATED] or c[FILTERED]
    )
    notes = (Caution(f"{NOTE} {shown}."), *summary.notes)
    return replace(summary, tables=tables, data={**summary.data, "reply_status": counts}, notes=notes)


def _with_counts(table: Table, rows: Sequence[Row], found: Sequence[str]) -> Table:
    """Returns the table with a column for each status, before the column of missing rows."""
    place = table.head.index(MISSING)
    lines = []
    for line in table.rows:
        named = {_NAMES[name]: cell for name, cell in zip(table.head, line, strict=True) if name in _NAMES and cell != ALL}
        lines.append((*line[:place], *(_count(rows, named, status) for status in found), *line[place:]))
    return replace(table, head=(*table.head[:place], *found, *table.head[place:]), rows=tuple(lines))


def _count(rows: Sequence[Row], named: Mapping[str, str], status: str) -> int:
    return sum(row.get("status") == status and all(row.get(name) == cell for name, cell in named.items()) for row in rows)
