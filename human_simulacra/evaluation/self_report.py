"""The self report: marks of cloze and choice questions, and their figures by method, type and character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.evaluation.experiments import ALL, Headline, Row, Summary, Table
from human_simulacra.evaluation.scoring import score
from human_simulacra.evaluation.summary import ScoredRow, comparisons, figures
from human_simulacra.evaluation.tables import COMPARISON_HEAD, FIGURE_HEAD, comparison_rows, figure_rows
from human_simulacra.evaluation.twins import agreement_table, agreements, answering_notes

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
        """Makes figures by method and type, by character, and of methods in pairs on the same rows."""
        scored = [ScoredRow(**{key: row[key] for key in _MARKED}) for row in rows]
        found, pairs = figures(scored), comparisons(scored)
        twins = agreements(rows, lambda row: row["chosen"], lambda row: len(row["options"]) * (row["type"] == "multiple_choice"))
        headlines = [Headline(f.model, "score", f.score, "%", f.character, f.type) for f in found]
        headlines += [Headline(f.model, "accuracy", f.accuracy, "%", f.character, f.type) for f in found if f.type != ALL]
        tables = (
            Table("Self report, by method and type", FIGURE_HEAD, tuple(figure_rows(found, False))),
            Table("Methods in pairs, on the same rows", COMPARISON_HEAD, tuple(comparison_rows(pairs))),
            agreement_table(twins),
            Table("Self report, by character", ("character", *FIGURE_HEAD), tuple(figure_rows(found, True)), detail=True),
        )
        data: dict[str, Any] = {"figures": [asdict(f) for f in found], "comparisons": [asdict(c) for c in pairs]}
        data["agreement"] = [asdict(twin) for twin in twins]
        return Summary(self.name, "Self report", tuple(headlines), tables, data, answering_notes(rows))
