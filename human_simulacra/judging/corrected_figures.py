"""Figures of judge models, corrected for their error by the grades of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean
from typing import Any

from human_simulacra.experiments.observer.judgement_records import MEASURE_NAMES, TASKS, grade_share
from human_simulacra.experiments.observer.rating_figures import counted_ratings, mean_grade, run_ratings
from human_simulacra.experiments.open_detail.contradiction_judging import CONTRADICTS, FITS, NO_ANSWER
from human_simulacra.experiments.open_detail.summary import JudgedReply, correct_contradictions
from human_simulacra.judging.judged_items import detail_item
from human_simulacra.results.summary import Table
from human_simulacra.results.tables import correction_table
from human_simulacra.statistics import Estimate
from human_simulacra.statistics.judge_correction import CorrectedFigure, KnownVerdict, correct_mean
from human_simulacra.statistics.rater_agreement import Ratings

# What the grades 1, 2 and 3 of a reply mean (`judged_items.SCALES`).
VERDICTS = {1.0: CONTRADICTS, 2.0: FITS, 3.0: NO_ANSWER}
Corrected = tuple[str, str, Estimate, CorrectedFigure]


def corrected_figures_table(
    people: Ratings, observer: Sequence[Mapping[str, Any]], details: Sequence[Mapping[str, Any]], admitted: Mapping[str, set[str]]
) -> Table:
    """Returns the table of the admitted judges' figures beside those corrected by people's grades.

    Args:
        people: Grades by person and item name.
        observer: The scored rows of the observer report.
        details: The scored rows of the open details.
        admitted: The admitted judges by experiment.
    """
    rows = [
        *_corrected_grades(people, observer, admitted["observer"]),
        *_corrected_details(people, details, admitted["open_detail"]),
    ]
    return correction_table("Figures of admitted judges, corrected by people's grades", "items graded by people", rows)


def _corrected_grades(people: Ratings, rows: Sequence[Mapping[str, Any]], admitted: set[str]) -> Iterable[Corrected]:
    counted = [rating for rating in counted_ratings(run_ratings(rows), admitted) if rating["judge"] in admitted]
    for model in dict.fromkeys(rating["model"] for rating in counted):
        for task in TASKS:
            own = [rating for rating in counted if (rating["model"], rating["half"]) == (model, task)]
            if judged := mean_grade(own):
                by_item: dict[str, list[float]] = {}
                for rating in own:
                    by_item.setdefault(rating["item"], []).append(grade_share(rating["grade"]))
                characters = {rating["item"]: rating["character"] for rating in own}
                graded = [mean(map(grade_share, found)) if (found := _grades(people, item)) else float("nan") for item in by_item]
                figure = correct_mean(
                    [mean(shares) for shares in by_item.values()], graded, [characters[item] for item in by_item]
                )
                yield model, MEASURE_NAMES[task], judged, figure


def _corrected_details(people: Ratings, rows: Sequence[Mapping[str, Any]], admitted: set[str]) -> list[Corrected]:
    """Corrects by the replies of all models that people graded, since each model has few that contradict."""
    replies = [JudgedReply(row, admitted) for row in rows] if admitted else []
    known = []
    for reply in replies:
        row = reply.row
        truth = _majority([VERDICTS[grade] for grade in _grades(people, f"{row['model']}|{row['dataset']}|{detail_item(row)}")])
        if truth in (CONTRADICTS, FITS) and not reply.scored.missing:
            known.append(KnownVerdict(reply.scored.points, truth == CONTRADICTS, row["character"]))
    return correct_contradictions([reply.scored for reply in replies], known)


def _grades(people: Ratings, item: str) -> list[float]:
    return [grades[item] for grades in people.values() if item in grades]


def _majority(verdicts: Sequence[str]) -> str | None:
    """Returns the verdict of more than half of the people; None if there is none."""
    verdict, count = Counter(verdicts).most_common(1)[0] if verdicts else ("", 0)
    return verdict if 2 * count > len(verdicts) else None
