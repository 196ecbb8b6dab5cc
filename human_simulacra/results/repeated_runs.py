"""Analysis of repeated runs: test-retest reliability of each model, and a mixed model that compares methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import isnan
from typing import Any

from human_simulacra.results.scored_rows import ScoredRow
from human_simulacra.results.summary import Table
from human_simulacra.results.tables import format_interval, format_number, format_p
from human_simulacra.statistics import MixedModel, RetestReliability, estimate_reliability, fit_mixed_model, flip_rate

RETEST_HEAD = ("model", "runs", "questions", "ICC(2,1) [95 %]", "flip rate % [95 %]")


@dataclass(frozen=True)
class RepeatedRuns:
    """Tables, data and notes of repeated runs; all empty if every question was asked once."""

    tables: tuple[Table, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def analyse_repeated_runs(rows: Sequence[ScoredRow], measure: str) -> RepeatedRuns:
    """Computes reliability and the mixed model from scored rows.

    Args:
        rows: Scored rows of all models.
        measure: What the points are, which the tables name.
    """
    answered = [row for row in rows if not row.missing and row.full]
    runs = len({row.run for row in answered})
    if runs < 2:
        return RepeatedRuns()
    found, questions = [], []
    for model in dict.fromkeys(row.model for row in answered):
        asked: dict[str, list[ScoredRow]] = {}
        for row in answered:
            if row.model == model:
                asked.setdefault(row.id, []).append(row)
        complete = [repetitions for repetitions in asked.values() if len(repetitions) == runs]
        if complete:
            scores = [[100.0 * row.points / row.full for row in repetitions] for repetitions in complete]
            right = [[row.correct for row in repetitions] for repetitions in complete]
            found.append(estimate_reliability(model, scores, right, [repetitions[0].character for repetitions in complete]))
            questions += [
                {"model": model, "character": first.character, "id": first.id, "runs": runs, "right": sum(hits),
                 "flip_rate": flip_rate(hits)}
                for (first, *_), hits in zip(complete, right, strict=True)
            ]  # fmt: skip
    mixed = fit_mixed_model(
        [100.0 * row.points / row.full for row in answered], [row.model for row in answered],
        [row.character for row in answered], [row.id for row in answered], [row.run for row in answered],
    )  # fmt: skip
    data = {"retest": [asdict(r) for r in found], "retest_questions": questions, "mixed_model": asdict(mixed)}
    return RepeatedRuns((_retest_table(found, measure), *_mixed_tables(mixed, measure)), data, mixed.problems)


def _retest_table(found: Sequence[RetestReliability], measure: str) -> Table:
    icc = [format_number(r.icc.value) if isnan(r.icc.value) else format_interval(r.icc, places=2) for r in found]
    rows = tuple((r.model, r.runs, r.questions, shown, format_interval(r.flips)) for r, shown in zip(found, icc, strict=True))
    return Table(f"Test-retest reliability of {measure} over repeated runs", RETEST_HEAD, rows)


def _mixed_tables(mixed: MixedModel, measure: str) -> tuple[Table, ...]:
    head = ("model", "against", "rows", f"{measure} difference [95 %]", "p (uncorrected)")
    effects = tuple(
        (e.model, mixed.reference, e.difference.rows, format_interval(e.difference, signed=True), format_p(e.p))
        for e in mixed.effects
    )
    spread = tuple((name, format_number(value, 1)) for name, value in mixed.deviations.items())
    title = f"Mixed model of {measure}: fixed effects of methods; random effects of character, method by character, item, run"
    deviations = f"Mixed model of {measure}: standard deviations, in percentage points"
    return Table(title, head, effects), Table(deviations, ("random effect", "standard deviation"), spread, detail=True)
