"""Scores with intervals by model, question type and character, and paired comparisons of models on the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from human_simulacra.results.missing_bounds import rate_bounds
from human_simulacra.results.summary import ALL, Bounds
from human_simulacra.statistics import Comparison, Estimate, cluster_interval, compare_models


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """One row of one model, with its points out of `full`. A missing row counts only as missing.

    A question asked in several runs has one row per run.
    """

    model: str
    id: str
    character: str
    type: str
    points: float = 0.0
    full: float = 0.0
    correct: bool = False
    parsed: bool = True
    missing: bool = False
    run: int = 1


@dataclass(frozen=True)
class GroupScore:
    """Score and accuracy, in percent, of one model on one question type (or `all`) and one character (or `all`).

    Their bounds are over what unparseable and missing rows could have been.
    """

    model: str
    type: str
    character: str
    score: Estimate
    accuracy: Estimate
    unparseable: int
    missing: int
    score_bounds: Bounds
    accuracy_bounds: Bounds


def group_score(rows: Sequence[ScoredRow], model: str, question_type: str, character: str) -> GroupScore | None:
    """Returns the score of these rows, or None if none was answered."""
    answered = [row for row in rows if not row.missing]
    if not answered:
        return None
    clusters = [row.character for row in answered]
    score = cluster_interval([r.points for r in answered], [r.full for r in answered], clusters)
    accuracy = cluster_interval([float(r.correct) for r in answered], [1.0] * len(answered), clusters)
    known = [row for row in answered if row.parsed]
    points, full = sum(row.points for row in known), sum(row.full for row in known)
    right, unknown = sum(row.correct for row in known), len(rows) - len(known)
    return GroupScore(
        model, question_type, character, score, accuracy, len(answered) - len(known), len(rows) - len(answered),
        rate_bounds(score.value, points, full, sum(row.full for row in rows) - full),
        rate_bounds(accuracy.value, right, len(known), unknown),
    )  # fmt: skip


def group_scores(rows: Iterable[ScoredRow]) -> list[GroupScore]:
    """Returns the scores of every model, over all types and each, over all characters and each, in order of appearance."""
    rows = list(rows)
    result = []
    for model in dict.fromkeys(row.model for row in rows):
        own = [row for row in rows if row.model == model]
        for question_type in dict.fromkeys([ALL, *(row.type for row in own)]):
            typed = [row for row in own if question_type in (ALL, row.type)]
            for character in dict.fromkeys([ALL, *(row.character for row in own)]):
                found = group_score([r for r in typed if character in (ALL, r.character)], model, question_type, character)
                if found is not None:
                    result.append(found)
    return result


def compare_all_models(rows: Iterable[ScoredRow], max_difference: float = 100.0) -> list[Comparison]:
    """Compares every pair of models on the rows that both answered, over all types and each.

    Args:
        rows: Scored rows of all models.
        max_difference: The largest possible difference, in percentage points.
    """
    by_model: dict[str, dict[tuple[str, int], ScoredRow]] = {}
    types = {ALL: None}
    for row in rows:
        if not row.missing:
            by_model.setdefault(row.model, {})[row.id, row.run] = row
            types[row.type] = None
    result = []
    for first, second in combinations(by_model, 2):
        for question_type in types:
            own, other = by_model[first], by_model[second]
            both = [(own[key], other[key]) for key in own if key in other and question_type in (ALL, own[key].type)]
            if both:
                points = [a.points for a, _ in both], [b.points for _, b in both], [a.full for a, _ in both]
                clusters = [a.character for a, _ in both]
                result.append(compare_models((first, second), question_type, *points, clusters, max_difference))
    return result
