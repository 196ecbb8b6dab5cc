"""Growth: whether a character's attitudes at several ages are those that it had in its life at each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.growth.changes import NOTE, Changes, count_changes, leaks
from human_simulacra.experiments.growth.rows import QUICK, growth_rows
from human_simulacra.experiments.second_reader import ReadingTask
from human_simulacra.experiments.single_choice import (
    count_choices,
    score_single_choice,
    scored_choices,
    single_choice_task,
)
from human_simulacra.results.answering_agreement import answering_agreement_table, compare_answering
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.repeated_runs import analyse_repeated_runs
from human_simulacra.results.scored_rows import GroupScore, compare_all_models, group_scores
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import comparison_notes, comparison_table, format_interval, without_empty_columns
from human_simulacra.statistics import Estimate

MEASURE, LEAK = "point-in-time accuracy", "leak of later knowledge"
CHANCE_NOTE = "By chance, one answer in four is right."
HEAD = ("model", "age", "rows", f"{MEASURE} % [95 %]", "leak % [95 %]", "lag % [95 %]", "unparseable", "missing", BOUNDS_HEAD)


class Growth(Experiment):
    """Questions on attitudes at several ages; `type` is the age."""

    name, title, quick = "growth", "Growth", QUICK
    headline = MEASURE
    together = "item"
    rows = staticmethod(growth_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Scores a reply.

        Returns:
            The chosen option, whether it is right at that time, whether it was parsed; `leak` and `lag`, whether it is right at
            a later or an earlier time only, None where no such time has another key.
        """
        scores = score_single_choice(row, reply)
        named, key = (scores["chosen"] or [None])[0], row["answer"][0]
        later, earlier = {*row["keys"][row["place"] + 1 :]} - {key}, {*row["keys"][: row["place"]]} - {key}
        leak = named in later if later else None
        return {**scores, "leak": leak, "lag": named in earlier - later if earlier else None}

    def reading_task(self, row: Row, reply: str) -> ReadingTask:
        """Returns the task for the choice."""
        return single_choice_task(row, reply)

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns point-in-time accuracy and leak in percent over answered rows, and counts of other rows."""
        leaking = [row["leak"] for row in rows if row["leak"] is not None and not row["missing"]]
        return {**count_choices(rows), "leak": 100.0 * sum(leaking) / len(leaking) if leaking else 0.0}

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes accuracy, leak and lag by method, age and character, changes between ages, and paired comparisons."""
        scored = scored_choices(rows)
        found, pairs, repeated = group_scores(scored), compare_all_models(scored), analyse_repeated_runs(scored)
        leaked, lagged, changes = group_scores(leaks(rows, "leak")), group_scores(leaks(rows, "lag")), count_changes(rows)
        agreed = compare_answering(rows, lambda row: row["chosen"], lambda row: 0)
        headlines = [Headline(f.model, MEASURE, f.accuracy, "%", f.character, f.type, bounds=f.accuracy_bounds) for f in found]
        headlines += [Headline(f.model, LEAK, f.score, "%", f.character, f.type, "lower", bounds=f.score_bounds) for f in leaked]
        bounds = BoundsColumn(headlines, find_reference_models(rows))
        tables = (
            _age_table(found, leaked, lagged, bounds),
            _change_table(changes),
            comparison_table("Exploratory comparisons of point-in-time accuracy, on the same rows", "accuracy", pairs),
            answering_agreement_table(agreed),
            *repeated.tables,
            _character_table(found, leaked, lagged, bounds),
        )
        data = {
            "figures": [asdict(f) for f in found], "leak": [asdict(f) for f in leaked], "lag": [asdict(f) for f in lagged],
            "changes": [asdict(c) for c in changes], "agreement": [asdict(a) for a in agreed], **repeated.data,
        }  # fmt: skip
        notes = (CHANCE_NOTE, NOTE, *comparison_notes(pairs), *repeated.notes)
        return Summary(self.name, self.title, tuple(headlines), tables, data, notes, {MEASURE: tuple(pairs)})


def _line(f: GroupScore, leaked: Sequence[GroupScore], lagged: Sequence[GroupScore], bounds: BoundsColumn) -> tuple[Any, ...]:
    place = (f.model, f.type, f.character)
    shares = (
        next((format_interval(g.score) for g in found if (g.model, g.type, g.character) == place), "-")
        for found in (leaked, lagged)
    )
    return (f.accuracy.rows, format_interval(f.accuracy), *shares, f.unparseable, f.missing, bounds.cell(*place, named=(LEAK,)))


def _age_table(
    figures: Sequence[GroupScore], leaked: Sequence[GroupScore], lagged: Sequence[GroupScore], bounds: BoundsColumn
) -> Table:
    rows = tuple((f.model, f.type, *_line(f, leaked, lagged, bounds)) for f in figures if f.character == ALL)
    return without_empty_columns(Table("Growth, by method and age", HEAD, rows), (BOUNDS_HEAD,))


def _character_table(
    figures: Sequence[GroupScore], leaked: Sequence[GroupScore], lagged: Sequence[GroupScore], bounds: BoundsColumn
) -> Table:
    rows = tuple((f.character, f.model, f.type, *_line(f, leaked, lagged, bounds)) for f in figures if f.character != ALL)
    return without_empty_columns(Table("Growth, by character", ("character", *HEAD), rows, detail=True), (BOUNDS_HEAD,))


def _change_table(changes: Sequence[Changes]) -> Table:
    def cell(share: Estimate | None) -> str:
        return format_interval(share) if share else "-"

    rows = tuple((c.model, cell(c.where_changed), cell(c.where_same)) for c in changes)
    head = ("model", "changed where the life changed % [95 %]", "changed where it did not % [95 %]")
    return Table("Growth, changes between successive ages", head, rows)


EXPERIMENT = Growth()
