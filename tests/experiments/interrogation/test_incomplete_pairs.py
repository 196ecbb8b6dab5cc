"""Pairs of statements that lack a reply: counted, in the bounds, and in the caveat of the primary comparison."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.experiments.interrogation.rows import interrogation_rows
from human_simulacra.experiments.registry import find_experiment, summarise_run
from human_simulacra.library import Library
from human_simulacra.results.summary import Summary, Table
from tests.experiments.made_moments import add_interrogation
from tests.made_rows import trace

Reply = Callable[[dict[str, Any]], str | None]


@pytest.fixture
def library(data: Path) -> Library:
    add_interrogation(data)
    return Library(data)


def scored(library: Library, model: str, reply: Reply, finish: str = "stop", runs: int = 1) -> list[dict[str, Any]]:
    """Scores every reply; a model's method stands in its name."""
    rows = []
    for row in interrogation_rows(library, runs=runs):
        said = reply(row)
        call = {"agent": "top", "completion": {"finish": finish}}
        put = None if said is None else {**trace(model.rsplit("-", 1)[-1]), "calls": [call]}
        columns = {key: value for key, value in row.items() if key != "stimulus"}
        full = {"experiment": "interrogation", "model": model, "dataset": "d", **columns, "prediction": said}
        rows.append({**full, **find_experiment("interrogation").score_row(full, said, put), "trace": put})
    return rows


def right(row: dict[str, Any]) -> str:
    return f"It was {row['answer'][0]}."


def wrong(row: dict[str, Any]) -> str:
    return "A zeppelin."


def line(table: Table, model: str, of: str = "all") -> dict[str, Any]:
    return next(dict(zip(table.head, row, strict=True)) for row in table.rows if row[:2] == (model, of))


def headline(summary: Summary, model: str, measure: str) -> Any:
    return next(h for h in summary.headlines if (h.model, h.measure, h.character, h.of) == (model, measure, "all", "all"))


def test_a_pair_that_lacks_a_reply_may_contradict_or_not(library: Library) -> None:
    """A life has three questions, the third of which returns to the first: three external pairs and an internal one."""
    rows = [
        *scored(library, "m-shuffled", lambda row: right(row) if row["turn"] == 2 else wrong(row)),
        *scored(library, "m-macm", lambda row: None if row["turn"] == 1 else right(row)),
    ]
    primary, summary = summarise_run(rows)
    found = headline(summary, "m-macm", "consistency")
    assert found.estimate.value == 100 and found.estimate.rows == 6
    assert (found.bounds.low, found.bounds.high) == (50, 100)
    # Of the control's four pairs, one is consistent, two contradict the life and one is undecided: 25 to 50 %.
    assert found.caveat == "by rules; bounds cross m-shuffled" == primary.data["comparisons"][0]["caveat"]
    shown = line(summary.tables[0], "m-macm")
    assert (shown["read"], shown["not decided"], shown["incomplete"]) == (6, 0, 6)
    assert shown["bounds"] == "50.0 to 100.0, crosses m-shuffled"
    control = line(summary.tables[0], "m-shuffled")
    assert (control["read"], control["not decided"], control["incomplete"]) == (9, 3, 0)
    assert line(summary.tables[0], "m-macm", "internal")["incomplete"] == 3


def test_each_table_has_the_bounds_of_its_own_measure(library: Library) -> None:
    lacking = scored(library, "m-macm", lambda row: None if row["turn"] == 1 else right(row))
    summary = summarise_run(lacking)[1]
    pairs, facts = summary.tables[:2]
    assert line(pairs, "m-macm")["bounds"] == "50.0 to 100.0" and line(facts, "m-macm")["bounds"] == "66.7 to 100.0"
    whole = summarise_run(scored(library, "m-macm", right))[1]
    assert all("bounds" not in table.head for table in whole.tables)


def test_a_model_without_a_whole_reply_has_a_line_of_incomplete_pairs(library: Library) -> None:
    rows = [*scored(library, "m-rag", right), *scored(library, "m-macm", right, "length")]
    shown = line(summarise_run(rows)[1].tables[0], "m-macm")
    assert (shown["read"], shown["consistency % [95 %]"], shown["incomplete"]) == (0, "-", 12)


def test_the_tables_of_repeated_runs_name_their_measure(library: Library) -> None:
    rows = [
        row
        for model in ("m-rag", "m-macm")
        for row in scored(library, model, lambda row: right(row) if len(row["id"]) % 2 or row["run"] == 1 else wrong(row), runs=2)
    ]
    titles = [table.title for table in summarise_run(rows)[1].tables]
    assert "Test-retest reliability of facts stated over repeated runs" in titles
    mixed = next(table for table in summarise_run(rows)[1].tables if table.title.startswith("Mixed model of facts stated: fixed"))
    assert "facts stated difference [95 %]" in mixed.head
