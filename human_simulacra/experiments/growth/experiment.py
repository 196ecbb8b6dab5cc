"""Growth: whether a character's attitudes at several ages are those that it had in its life at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.growth.changes import NOTE as CHANGE_NOTE
from human_simulacra.experiments.growth.changes import Changes, count_changes
from human_simulacra.experiments.growth.leak_and_lag import NOTE as SLIP_NOTE
from human_simulacra.experiments.growth.leak_and_lag import SLIPS, chance_percent, other_options, slip_percent, slip_rows
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
HEAD = ("model", "age", "rows", f"{MEASURE} % [95 %]", "leak % [95 %]", "lag % [95 %]", "chance % (leak, lag)", "unparseable",
        "missing", BOUNDS_HEAD)  # fmt: skip


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
            later or at earlier times only, None where no option is.
        """
        scores = score_single_choice(row, reply)
        others = {slip: other_options(row, slip) for slip in SLIPS}
        return {**scores, **{slip: not found.isdisjoint(scores["chosen"]) if found else None for slip, found in others.items()}}

    def reading_task(self, row: Row, reply: str) -> ReadingTask:
        """Returns the task for the choice."""
        return single_choice_task(row, reply)

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns point-in-time accuracy and leak in percent (0 without a readable reply), and counts of other rows."""
        return {**count_choices(rows), "leak": slip_percent(rows, "leak") or 0.0}

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes accuracy, leak and lag by method, age and character, changes between ages, and paired comparisons."""
        scored = scored_choices(rows)
        found, pairs, repeated = group_scores(scored), compare_all_models(scored), analyse_repeated_runs(scored, MEASURE)
        leaked, lagged = (group_scores(slip_rows(rows, slip)) for slip in SLIPS)
        changes = count_changes(rows)
        agreed = compare_answering(rows, lambda row: row["chosen"], lambda row: 0)
        headlines = [Headline(f.model, MEASURE, f.accuracy, "%", f.character, f.type, bounds=f.accuracy_bounds) for f in found]
        headlines += [Headline(f.model, LEAK, f.score, "%", f.character, f.type, "lower", bounds=f.score_bounds) for f in leaked]
        bounds = BoundsColumn(headlines, find_reference_models(rows))
        lines = {f: _line(f, rows, leaked, lagged, bounds) for f in found}
        tables = (
            _age_table(lines),
            _change_table(changes),
            comparison_table("Exploratory comparisons of point-in-time accuracy, on the same rows", "accuracy", pairs),
            answering_agreement_table(agreed),
            *repeated.tables,
            _character_table(lines),
        )
        data = {
            "figures": [asdict(f) for f in found], "leak": [asdict(f) for f in leaked], "lag": [asdict(f) for f in lagged],
            "changes": [asdict(c) for c in changes], "agreement": [asdict(a) for a in agreed], **repeated.data,
        }  # fmt: skip
        notes = (CHANCE_NOTE, SLIP_NOTE, CHANGE_NOTE, *comparison_notes(pairs), *repeated.notes)
        return Summary(self.name, self.title, tuple(headlines), tables, data, notes, {MEASURE: tuple(pairs)})


def _line(
    f: GroupScore, rows: Sequence[Row], leaked: Sequence[GroupScore], lagged: Sequence[GroupScore], bounds: BoundsColumn
) -> tuple[Any, ...]:
    """Returns the cells of a line from `model` on."""
    place = (f.model, f.type, f.character)
    shares = (
        next((format_interval(g.score) for g in found if (g.model, g.type, g.character) == place), "-")
        for found in (leaked, lagged)
    )
    own = [r for r in rows if r["model"] == f.model and f.type in (ALL, r["type"]) and f.character in (ALL, r["character"])]
    guesses = [chance_percent(own, slip) for slip in SLIPS]
    chance = ", ".join("-" if guess is None else f"{guess:.1f}" for guess in guesses)
    return (
        f.model, f.type, f.accuracy.rows, format_interval(f.accuracy), *shares, chance, f.unparseable, f.missing,
        bounds.cell(*place, named=(LEAK,)),
    )  # fmt: skip


def _age_table(lines: Mapping[GroupScore, tuple[Any, ...]]) -> Table:
    rows = tuple(line for f, line in lines.items() if f.character == ALL)
    return without_empty_columns(Table("Growth, by method and age", HEAD, rows), (BOUNDS_HEAD,))


def _character_table(lines: Mapping[GroupScore, tuple[Any, ...]]) -> Table:
    rows = tuple((f.character, *line) for f, line in lines.items() if f.character != ALL)
    return without_empty_columns(Table("Growth, by character", ("character", *HEAD), rows, detail=True), (BOUNDS_HEAD,))


def _change_table(changes: Sequence[Changes]) -> Table:
    def cells(share: Estimate | None) -> tuple[int, str]:
        return (share.rows, format_interval(share)) if share else (0, "-")

    rows = tuple((c.model, *cells(c.where_changed), *cells(c.where_same)) for c in changes)
    head = ("model", "pairs, life changed", "changed where the life changed % [95 %]", "pairs, life did not",
            "changed where it did not % [95 %]")  # fmt: skip
    return Table("Growth, changes between successive ages", head, rows)


EXPERIMENT = Growth()
