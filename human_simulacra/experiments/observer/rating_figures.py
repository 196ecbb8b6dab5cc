"""Figures of ratings: which of them count, their mean, the agreement of their judges, and the effect of the order of answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from human_simulacra.experiments.observer.agreement_remarks import explain_no_agreement
from human_simulacra.experiments.observer.judgement_records import ObserverTask, RunRating, grade_share
from human_simulacra.experiments.observer.observer_tables import NO_WRITER
from human_simulacra.judge_models.admission import NO_JUDGE
from human_simulacra.judge_models.verdict_parsing import HIGHEST, LOWEST
from human_simulacra.results.summary import Row
from human_simulacra.statistics import Estimate, cluster_interval
from human_simulacra.statistics.rater_agreement import AgreementCoefficient, icc2k_by_group, krippendorff_alpha

ONE_JUDGE = "fewer than two judges are admitted"


def run_ratings(rows: Iterable[Row]) -> list[RunRating]:
    """Returns the ratings of all rows, with item names that are unique in the run."""
    found = []
    for row in rows:
        run = f"{row['model']}|{row['dataset']}"
        own = {"model": row["model"], "character": row["character"]}
        found += [{**rating, **own, "item": f"{run}|{rating['item']}"} for rating in row["ratings"]]
    return found


def rating_caveat(rating: RunRating, admitted: set[str]) -> str:
    """Returns why a grade is not reliable; empty if both its judge and the writer are admitted."""
    if rating["judge"] not in admitted:
        return NO_JUDGE
    return "" if rating["writer"] in admitted else NO_WRITER


def counted_ratings(ratings: Sequence[RunRating], admitted: set[str]) -> list[RunRating]:
    """Returns the grades that headlines use: for each model and task, those with the mildest caveat."""
    graded = [rating for rating in ratings if rating["grade"] is not None]
    against = ("", NO_WRITER, NO_JUDGE)
    least: dict[tuple[str, ObserverTask], int] = {}
    for rating in graded:
        key = (rating["model"], rating["half"])
        least[key] = min(least.get(key, len(against)), against.index(rating_caveat(rating, admitted)))
    return [r for r in graded if rating_caveat(r, admitted) == against[least[r["model"], r["half"]]]]


def mean_grade(ratings: Sequence[RunRating]) -> Estimate | None:
    """Returns the mean grade in percent with its interval over characters; None without a grade."""
    graded = [rating for rating in ratings if rating["grade"] is not None]
    if not graded:
        return None
    return cluster_interval([grade_share(r["grade"]) for r in graded], [1.0] * len(graded), [r["character"] for r in graded])


def order_effect(ratings: Iterable[RunRating], judge: str) -> Estimate | None:
    """Returns by how much a judge's grade of a pair of answers is higher with the judged answer first, in percentage points.

    None without a pair graded in both orders. Far from 0, the judge grades the position.
    """
    own = [rating for rating in ratings if rating["judge"] == judge and rating["order_effect"] is not None]
    if not own:
        return None
    points = [rating["order_effect"] / (HIGHEST - LOWEST) for rating in own]
    return cluster_interval(points, [1.0] * len(own), [rating["character"] for rating in own], (-100.0, 100.0))


def judge_agreement(
    ratings: Sequence[RunRating], task: ObserverTask, judges: int, admitted: set[str]
) -> list[AgreementCoefficient]:
    """Returns ICC(2,k) of each group of items assigned to the same judges, and Krippendorff's alpha over all items.

    Args:
        ratings: The ratings of all judges, of which those of admitted judges count.
        task: The task.
        judges: Number of judges.
        admitted: The admitted judges.
    """
    own = [rating for rating in ratings if rating["half"] == task and rating["judge"] in admitted]
    asked: dict[str, set[str]] = {}
    for rating in own:
        asked.setdefault(rating["item"], set()).add(rating["judge"])
    # An item with an unparseable grade stays in its group rather than in one of its own.
    groups: dict[tuple[str, ...], dict[str, dict[str, float]]] = {}
    by_judge: dict[str, dict[str, float]] = {}
    for rating in own:
        by_item = tuple(sorted(asked[rating["item"]]))
        group = groups.setdefault(by_item, {judge: {} for judge in by_item})
        if rating["grade"] is not None:
            for grades in (group, by_judge):
                grades.setdefault(rating["judge"], {})[rating["item"]] = rating["grade"]
    alpha = krippendorff_alpha(by_judge)
    if len(admitted) < 2:
        return [replace(alpha, note=ONE_JUDGE)]
    if not alpha.items:
        return [replace(alpha, note=explain_no_agreement(ratings, task, judges, admitted))]
    return [*icc2k_by_group(groups[names] for names in sorted(groups)), alpha]
