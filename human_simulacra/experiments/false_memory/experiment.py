"""The false-memory experiment: how often a character makes up an answer to an unanswerable question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.false_memory.rows import QUICK, false_memory_rows
from human_simulacra.experiments.second_reader import ReadingTask, second_reading
from human_simulacra.replies.stance import Stance, read_stance
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.repeated_runs import analyse_repeated_runs
from human_simulacra.results.scored_rows import GroupScore, ScoredRow, compare_all_models, group_scores
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import comparison_notes, comparison_table, format_interval, without_empty_columns

MEASURE = "false memories"
HEAD = ("model", "kind", "rows", "false memories % [95 %]")
# Replies by stance, by their names for readers.
STANCES = {"of them hedged": "hedges", "abstained": "abstains", "corrected": "corrects", "refused": "refuses", "empty": "empty"}
NOTE = (
    "False memories: replies that answer a question beyond the character's knowledge, or one with a false premise, instead of "
    "saying that one does not know or that it was not so; a guess with a disclaimer counts, too. A reply that speaks as an AI "
    "or assistant is none: it is counted as refused. A method that always abstains "
    "has none, so compare with the self report."
)


class FalseMemory(Experiment):
    """Unanswerable questions; `type` is their kind, `beyond_knowledge` or `false_premise`."""

    name, title, quick = "unanswerable", "Unanswerable questions", QUICK
    headline = MEASURE
    rows = staticmethod(false_memory_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Scores a reply by its `stance`, and whether it is a false memory."""
        label, readings = second_reading(row, reply, self.reading_task)
        found = label or rules_stance(row, reply or "")
        return {"stance": found, "false_memory": found in ("states", "hedges"), **readings}

    def reading_task(self, row: Row, reply: str) -> ReadingTask:
        """Returns the task for a stance."""
        return ReadingTask("stance", row["question"], rules=rules_stance(row, reply))

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns the false-memory rate in percent over non-empty replies, and counts by stance."""
        replied = [row for row in rows if _has_reply(row)]
        rate = 100.0 * sum(row["false_memory"] for row in replied) / len(replied) if replied else 0.0
        return {"false_memories": rate, **_counts(rows)}

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes false-memory rates by method, kind and character, paired comparisons and repeated runs."""
        # The rate is a mean of ones and zeros over replies that are neither empty nor missing.
        scored = [
            ScoredRow(row["model"], row["id"], row["character"], row["type"], float(row["false_memory"]), 1.0,
                      correct=not row["false_memory"], missing=not _has_reply(row), run=row.get("run", 1))
            for row in rows
        ]  # fmt: skip
        found, pairs, repeated = group_scores(scored), compare_all_models(scored), analyse_repeated_runs(scored, MEASURE)
        headlines = tuple(
            Headline(f.model, MEASURE, f.score, "%", f.character, f.type, "lower", "", f.score_bounds) for f in found
        )
        bounds = BoundsColumn(headlines, find_reference_models(rows))
        head = (*HEAD, *STANCES, "missing", BOUNDS_HEAD)
        lines = {f: (*_line(f, rows), bounds.cell(f.model, f.type, f.character)) for f in found}
        whole = tuple(line for f, line in lines.items() if f.character == ALL)
        single = tuple((f.character, *line) for f, line in lines.items() if f.character != ALL)
        title, compared = "Exploratory comparisons of false memories, on the same questions", [c for c in pairs if c.type == ALL]
        tables = (
            without_empty_columns(Table("False memories, by method and kind of question", head, whole), (BOUNDS_HEAD,)),
            comparison_table(title, MEASURE, compared),
            *repeated.tables,
            without_empty_columns(
                Table("False memories, by character", ("character", *head), single, detail=True), (BOUNDS_HEAD,)
            ),
        )
        rates = [
            {
                "model": f.model,
                "kind": f.type,
                "character": f.character,
                "rate": asdict(f.score),
                **_counts(_part(f, rows)),
            }
            for f in found
        ]
        data = {"rates": rates, **repeated.data}
        notes = (NOTE, *comparison_notes(pairs), *repeated.notes)
        return Summary(self.name, self.title, headlines, tables, data, notes, {MEASURE: tuple(pairs)})


def rules_stance(row: Row, reply: str) -> Stance:
    """Returns the stance that the rules read; a question beyond one's knowledge has no false premise to be corrected."""
    found = read_stance(reply)
    return "states" if found == "corrects" and row["type"] == "beyond_knowledge" else found


def _has_reply(row: Row) -> bool:
    return not row["missing"] and row["stance"] != "empty"


def _count(rows: Sequence[Row], wanted: str) -> int:
    return sum(row["stance"] == wanted and not row["missing"] for row in rows)


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    counts = {name.removeprefix("of them "): _count(rows, stance) for name, stance in STANCES.items()}
    return {**counts, "missing": sum(row["missing"] for row in rows)}


def _part(figure: GroupScore, rows: Sequence[Row]) -> list[Row]:
    return [
        row for row in rows
        if row["model"] == figure.model and figure.type in (ALL, row["type"]) and figure.character in (ALL, row["character"])
    ]  # fmt: skip


def _line(figure: GroupScore, rows: Sequence[Row]) -> tuple[Any, ...]:
    counts = _counts(_part(figure, rows))
    return (figure.model, figure.type, figure.score.rows, format_interval(figure.score), *counts.values())


EXPERIMENT = FalseMemory()
