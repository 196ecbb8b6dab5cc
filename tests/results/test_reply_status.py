"""Counts of replies that were cut off, in the tables of every experiment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from human_simulacra.experiments.registry import EXPERIMENTS, find_experiment, summarise_run
from human_simulacra.library import Library
from human_simulacra.results.summary import Summary
from human_simulacra.traces import Call, Trace
from human_simulacra.types import QUESTION_TYPES, Completion

CUT = Trace(calls=[Call("top", "", Completion("", finish="length"))]).as_dict()


def asked(experiment: str) -> list[dict[str, Any]]:
    """Returns the rows of the first character."""
    parts = [{"question_type": name} for name in QUESTION_TYPES] if experiment == "self_report" else [{}]
    library = Library()
    rows = [row for part in parts for row in find_experiment(experiment).rows(library, characters=library.ids[:1], **part)]
    return [{name: value for name, value in row.items() if name != "stimulus"} for row in rows]


def answered(experiment: str, cut: Sequence[str] | None = None, reply: str = "A") -> tuple[Summary, list[dict[str, Any]]]:
    """Returns the summary and rows of one model; replies to rows of the types `cut`, None for all, are cut."""
    rows = []
    for row in asked(experiment):
        trace = CUT if cut is None or row["type"] in cut else None
        full = {**row, "experiment": experiment, "model": "m", "dataset": experiment, "prediction": reply, "trace": trace}
        rows.append({**full, **find_experiment(experiment).score_row(full, reply, trace)})
    return summarise_run(rows)[1], rows


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_line_of_one_type_counts_the_cut_replies_of_this_type(experiment: str) -> None:
    types = list(dict.fromkeys(row["type"] for row in asked(experiment)))
    summary, rows = answered(experiment, types[:1])
    for table in summary.tables:
        for line in table.rows if "truncated" in table.head else ():
            named = [cell for cell in line if cell in types]
            own = [row for row in rows if row["type"] in (named or types)]
            if "character" in table.head:
                own = [row for row in own if row["character"] == line[table.head.index("character")]]
            assert line[table.head.index("truncated")] == sum(row["status"] == "truncated" for row in own), (table.title, line)


def test_cut_replies_may_have_stated_the_fact_or_not() -> None:
    summary, rows = answered("interrogation", None, "It was a long story that began")
    (stated,) = [h for h in summary.headlines if (h.measure, h.of, h.character) == ("facts stated", "all", "all")]
    assert (stated.estimate.value, stated.estimate.rows) == (0, len(rows))
    assert stated.bounds and (stated.bounds.low, stated.bounds.high) == (0, 100)
