"""The self report: marks of cloze and choice questions, and their figures by method, type and character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.self_report.evidence_retrieval import cell_table, cells
from human_simulacra.experiments.self_report.question_scoring import score
from human_simulacra.results.answering_agreement import agreement_table, agreements
from human_simulacra.results.repeated_runs import repeats
from human_simulacra.results.scored_rows import ScoredRow, comparisons, figures
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import FIGURE_HEAD, comparison_notes, comparison_table, figure_rows
from human_simulacra.results.token_budget import budget_table, budgets

_MARKED = ("model", "id", "character", "type", "points", "full", "correct", "parsed", "missing")


class SelfReport:
    """The paper's self report; a row is a question."""

    name = "self_report"

    def mark(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Marks a reply: points of full marks, whether it is right and whether it could be read."""
        marks = score(row["type"], reply or "", row["options"], row["answer"])
        return {"chosen": list(marks.chosen), "points": marks.points, "full": marks.full, "correct": marks.correct,
                "parsed": marks.parsed}  # fmt: skip

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns score and accuracy in percent over the rows answered, points, full marks, unreadable and missing rows."""
        answered = [row for row in rows if not row["missing"]]
        points, full = sum(row["points"] for row in answered), sum(row["full"] for row in answered)
        return {
            "score": 100.0 * points / full if full else 0.0,
            "accuracy": 100.0 * sum(row["correct"] for row in answered) / len(answered) if answered else 0.0,
            "points": points,
            "full_marks": full,
            "unreadable": sum(not row["parsed"] for row in answered),
            "missing": len(rows) - len(answered),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Makes figures by method and type, by character, of methods in pairs, of retrieval, and of repeated runs."""
        scored = [ScoredRow(**{key: row[key] for key in _MARKED}, run=row.get("run", 1)) for row in rows]
        found, pairs, where, again = figures(scored), comparisons(scored), cells(rows), repeats(scored)
        twins = agreements(rows, lambda row: row["chosen"], lambda row: len(row["options"]) * (row["type"] == "multiple_choice"))
        headlines = [Headline(f.model, "score", f.score, "%", f.character, f.type) for f in found]
        headlines += [Headline(f.model, "accuracy", f.accuracy, "%", f.character, f.type) for f in found if f.type != ALL]
        tables = (
            Table("Self report, by method and type", FIGURE_HEAD, tuple(figure_rows(found, False))),
            comparison_table("Methods in pairs, on the same rows", "score", pairs),
            agreement_table(twins),
            cell_table(where),
            *again.tables,
            budget_table(rows),
            Table("Self report, by character", ("character", *FIGURE_HEAD), tuple(figure_rows(found, True)), detail=True),
        )
        data = {
            "figures": [asdict(f) for f in found], "comparisons": [asdict(c) for c in pairs], "cells": where,
            "budgets": [asdict(b) for b in budgets(rows)], "agreement": [asdict(t) for t in twins], **again.data,
        }  # fmt: skip
        notes = (*comparison_notes(pairs), *again.notes)
        return Summary(self.name, "Self report", tuple(headlines), tables, data, notes)
