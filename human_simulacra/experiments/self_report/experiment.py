"""The self report: scores of cloze and choice questions by method, type and character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.charts.chart import Chart
from human_simulacra.charts.model_series import Series
from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.second_reader import (
    ReadingTask,
    answer_line,
    choice_task,
    cloze_task,
    reads_answer,
    second_reading,
)
from human_simulacra.experiments.self_report.above_blind import ABOVE_READERS, NOTE, compare_with_blind, question_gains
from human_simulacra.experiments.self_report.abstentions import ABSTENTION_NOTE, NOT_KNOWN, count_abstentions
from human_simulacra.experiments.self_report.chance_level import chance_level
from human_simulacra.experiments.self_report.evidence_retrieval import count_retrieval_cells, retrieval_table
from human_simulacra.experiments.self_report.question_scoring import score_reply
from human_simulacra.experiments.self_report.retrieval_chart import draw_retrieval_cells
from human_simulacra.experiments.self_report.rows import QUICK, self_report_rows
from human_simulacra.experiments.self_report.score_table import CHANCE_NOTE, character_table, method_table
from human_simulacra.experiments.token_gain import NOTE as GAIN_NOTE
from human_simulacra.experiments.token_gain import gain_table
from human_simulacra.results.answering_agreement import answering_agreement_table, compare_answering
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.missing_bounds import BoundsColumn
from human_simulacra.results.repeated_runs import analyse_repeated_runs
from human_simulacra.results.scored_rows import ScoredRow, compare_all_models, group_scores
from human_simulacra.results.summary import ALL, Headline, Row, Summary
from human_simulacra.results.tables import comparison_notes, comparison_table, format_headline
from human_simulacra.results.token_budget import answer_budgets, budget_table

_SCORED = ("model", "id", "character", "type", "points", "full", "correct", "parsed", "missing")


class SelfReport(Experiment):
    """The paper's self report; a row is a question."""

    name, title, quick = "self_report", "Self report", QUICK
    headline = "score"
    rows = staticmethod(self_report_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Scores a reply: the chosen options, points out of `full`, whether it is right, was parsed, and says not to know."""
        label, readings = second_reading(row, reply, self.reading_task)
        cloze, question, abstention = row["type"] == "cloze", row.get("question", ""), row.get("abstention", False)
        said, right = (reply, reads_answer(row, label)) if cloze else (answer_line(label) or reply, None)
        found = score_reply(row["type"], said or "", row["options"], row["answer"], question, abstention, right)
        return {"chosen": list(found.chosen), "points": found.points, "full": found.full, "correct": found.correct,
                "parsed": found.parsed, "abstained": found.abstained, **readings}  # fmt: skip

    def reading_task(self, row: Row, reply: str) -> ReadingTask | None:
        """Returns the task for a choice or a cloze reply."""
        return cloze_task(row, reply) if row["type"] == "cloze" else choice_task(row, reply, row["type"] == "multiple_choice")

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns score and accuracy in percent over answered rows, points, maximum points, and counts of other rows."""
        answered = [row for row in rows if not row["missing"]]
        points, full = sum(row["points"] for row in answered), sum(row["full"] for row in answered)
        return {
            "score": 100.0 * points / full if full else 0.0,
            "accuracy": 100.0 * sum(row["correct"] for row in answered) / len(answered) if answered else 0.0,
            "points": points,
            "max_points": full,
            "not_known": sum(row.get("abstained", False) for row in answered),
            "unparseable": sum(not row["parsed"] for row in answered),
            "missing": len(rows) - len(answered),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes scores by method, type and character, paired comparisons, retrieval cells, and repeated runs."""
        scored = [ScoredRow(**{key: row[key] for key in _SCORED}, run=row.get("run", 1)) for row in rows]
        found, pairs = group_scores(scored), compare_all_models(scored)
        cells, repeated = count_retrieval_cells(rows), analyse_repeated_runs(scored, self.headline)
        above, abstentions, gains = compare_with_blind(rows), count_abstentions(rows), question_gains(rows)
        chance = {
            (f.model, f.type): chance_level([
                row for row in rows if row["model"] == f.model and f.type in (ALL, row["type"]) and not row["missing"]
            ])
            for f in found if f.character == ALL
        }  # fmt: skip
        agreed = compare_answering(
            rows,
            lambda row: [NOT_KNOWN] if row.get("abstained") else row["chosen"],
            lambda row: len(row["options"]) * (row["type"] == "multiple_choice"),
        )
        headlines = [Headline(f.model, "score", f.score, "%", f.character, f.type, bounds=f.score_bounds) for f in found]
        headlines += [
            Headline(f.model, "accuracy", f.accuracy, "%", f.character, f.type, bounds=f.accuracy_bounds)
            for f in found if f.type != ALL
        ]  # fmt: skip
        headlines += [Headline(a.model, ABOVE_READERS, a.above, "%", of=a.type, bounds=a.bounds, limits=a.limits) for a in above]
        bounds = BoundsColumn(headlines, find_reference_models(rows))
        tables = (
            method_table(found, chance, above, abstentions, bounds),
            comparison_table("Exploratory comparisons, on the same rows", "score", pairs),
            answering_agreement_table(agreed),
            retrieval_table(cells),
            *repeated.tables,
            gain_table(gains),
            budget_table(rows),
            character_table(found, bounds),
        )
        data = {
            "figures": [asdict(f) for f in found], "above_blind": [asdict(a) for a in above],
            "abstentions": [asdict(a) for a in abstentions], "gains": [asdict(g) for g in gains], "cells": cells,
            "chance": [{"model": model, "type": kind, **asdict(level)} for (model, kind), level in chance.items()],
            "budgets": [asdict(b) for b in answer_budgets(rows)], "agreement": [asdict(a) for a in agreed], **repeated.data,
        }  # fmt: skip
        shown = [note for note, figures in ((NOTE, above), (GAIN_NOTE, gains), (ABSTENTION_NOTE, abstentions)) if figures]
        notes = (CHANCE_NOTE, *shown, *comparison_notes(pairs), *repeated.notes)
        return Summary(self.name, self.title, tuple(headlines), tables, data, notes, {self.headline: tuple(pairs)})

    def main_figures(self, summary: Summary) -> tuple[str, dict[str, str]]:
        """Returns the scores above readers without the life; plain scores where no question's `blind` is known."""
        own = [h for h in summary.headlines if h.measure == ABOVE_READERS and h.of == ALL]
        above = {h.model: format_headline(h) for h in own}
        return ("score above blind readers %", above) if above else super().main_figures(summary)

    def charts(self, runs: Sequence[tuple[Run, Mapping[str, Any]]], series: Sequence[Series]) -> list[Chart]:
        """Draws answers by evidence retrieved and answer right."""
        return draw_retrieval_cells(runs, series)


EXPERIMENT = SelfReport()
