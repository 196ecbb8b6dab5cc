"""The decisions: how often a character chooses what it chose in its life, knowing its life up to that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.decisions.ceiling import NOTE, Ceiling, compare_with_readers
from human_simulacra.experiments.decisions.reasons import REASON_NOTE, parse_reasons, reason_agreement, reason_tables
from human_simulacra.experiments.decisions.rows import QUICK, decision_rows
from human_simulacra.experiments.second_reader import ReadingTask
from human_simulacra.experiments.single_choice import (
    count_choices,
    score_single_choice,
    scored_choices,
    single_choice_task,
)
from human_simulacra.experiments.token_gain import NOTE as GAIN_NOTE
from human_simulacra.experiments.token_gain import gain_table, gains_by_kind
from human_simulacra.results.answering_agreement import answering_agreement_table, compare_answering
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.repeated_runs import analyse_repeated_runs
from human_simulacra.results.scored_rows import GroupScore, compare_all_models, group_scores
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import comparison_notes, comparison_table, format_interval, without_empty_columns

MEASURE = "right choices"
CHANCE_NOTE = "By chance, one choice in four is right."
_READERS = ("readers %", "informed readers %", "of the knowable % [95 %]")
HEAD = ("model", "kind", "rows", "right choices % [95 %]", *_READERS, "unparseable", "missing", BOUNDS_HEAD)


class Decisions(Experiment):
    """Moments in which the character chose; `type` is what the choice was about."""

    name, title, quick = "decisions", "Decisions", QUICK
    headline = MEASURE
    rows = staticmethod(decision_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Scores a reply: the chosen option, whether the character chose it, whether it was parsed, and the judged reason."""
        return {**score_single_choice(row, reply), **parse_reasons(row)}

    def reading_task(self, row: Row, reply: str) -> ReadingTask:
        """Returns the task for the choice."""
        return single_choice_task(row, reply)

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns right choices in percent over answered rows, and counts of other rows."""
        return count_choices(rows)

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes right choices by method, kind and character beside those of readers, paired comparisons, judged reasons."""
        scored = scored_choices(rows)
        found, pairs, repeated = group_scores(scored), compare_all_models(scored), analyse_repeated_runs(scored, MEASURE)
        readers, reasons = compare_with_readers(rows), reason_agreement(rows)
        agreed = compare_answering(rows, lambda row: row["chosen"], lambda row: 0)
        gains = gains_by_kind(rows, lambda row: float(row["correct"]), (), lambda row: None)
        headlines = tuple(
            Headline(f.model, MEASURE, f.accuracy, "%", f.character, f.type, bounds=f.accuracy_bounds) for f in found
        )
        bounds = BoundsColumn(headlines, find_reference_models(rows))
        tables = (
            _method_table(found, readers, bounds),
            comparison_table("Exploratory comparisons of right choices, on the same moments", MEASURE, pairs),
            answering_agreement_table(agreed),
            *reason_tables(reasons),
            *repeated.tables,
            replace(gain_table(gains), title="What the tokens buy, in decisions"),
            _character_table(found, bounds),
        )
        data = {
            "figures": [asdict(f) for f in found], "readers": [asdict(r) for r in readers],
            "reasons": [asdict(r) for r in reasons.figures], "judges": [asdict(a) for a in reasons.admissions],
            "gains": [asdict(g) for g in gains],
            "agreement": [asdict(a) for a in agreed], **repeated.data,
        }  # fmt: skip
        notes = (
            CHANCE_NOTE,
            *([NOTE] if readers else []),
            *([GAIN_NOTE] if gains else []),
            *([REASON_NOTE, *reasons.notes] if reasons.figures else []),
            *comparison_notes(pairs),
            *repeated.notes,
        )
        return Summary(self.name, self.title, headlines, tables, data, notes, {MEASURE: tuple(pairs)})


def _method_table(figures: Sequence[GroupScore], readers: Sequence[Ceiling], bounds: BoundsColumn) -> Table:
    cells = {
        (r.model, r.type): (f"{r.blind:.1f}", f"{r.informed:.1f}", format_interval(r.knowable) if r.knowable else "-")
        for r in readers
    }
    rows = tuple(
        (f.model, f.type, f.accuracy.rows, format_interval(f.accuracy), *cells.get((f.model, f.type), ("", "", "")),
         f.unparseable, f.missing, bounds.cell(f.model, f.type))
        for f in figures if f.character == ALL
    )  # fmt: skip
    return without_empty_columns(Table("Decisions, by method and kind", HEAD, rows), (*_READERS, BOUNDS_HEAD))


def _character_table(figures: Sequence[GroupScore], bounds: BoundsColumn) -> Table:
    head = ("character", "model", "rows", "right choices % [95 %]", "unparseable", "missing", BOUNDS_HEAD)
    rows = tuple(
        (f.character, f.model, f.accuracy.rows, format_interval(f.accuracy), f.unparseable, f.missing,
         bounds.cell(f.model, f.type, f.character))
        for f in figures if f.character != ALL and f.type == ALL
    )  # fmt: skip
    return without_empty_columns(Table("Decisions, by character", head, rows, detail=True), (BOUNDS_HEAD,))


EXPERIMENT = Decisions()
