"""Agreement of people with each other and with the judge models of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from human_simulacra.experiments.observer.judgement_records import MEASURE_NAMES, TASKS, ObserverTask
from human_simulacra.experiments.observer.observer_tables import judge_agreement_table
from human_simulacra.results.summary import Table
from human_simulacra.statistics.alternative_annotator import alt_test
from human_simulacra.statistics.rater_agreement import Ratings, icc2k, krippendorff_alpha, pearson_r


def agreement_tables(people: Ratings, rows: Iterable[Mapping[str, Any]]) -> list[Table]:
    """Returns the agreement among people and with each judge model, and the alternative-annotator test.

    Args:
        people: Grades (1 to 5) by person and item name.
        rows: The run's scored rows.
    """
    among, against, replacing = {}, {}, []
    models = _model_grades(rows)
    for half in TASKS:
        own = {judge: _of(half, grades) for judge, grades in people.items()}
        own = {judge: grades for judge, grades in own.items() if grades}
        if own:
            among[half] = [icc2k(own), krippendorff_alpha(own)]
        for judge, grades in models.items():
            if own and (said := _of(half, grades)):
                against.setdefault(judge, {})[half] = [pearson_r(own, said)]
                test = alt_test(own, judge, said)
                figures = ("", "", "") if not test.p_values else (
                    f"{test.winning_rate:.2f}", f"{test.advantage:.2f}", "yes" if test.passed else "no"
                )  # fmt: skip
                replacing.append((MEASURE_NAMES[half], judge, *figures, test.people, test.items, test.note))
    head = ("task", "judge", "winning rate", "advantage", "may replace people", "people", "items", "note")
    return [
        judge_agreement_table("Agreement among people", among),
        *(judge_agreement_table(f"People against {judge}", halves) for judge, halves in against.items()),
        Table("Alternative-annotator test of judge models", head, tuple(replacing)),
    ]


def _model_grades(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        for rating in row["ratings"]:
            if rating["grade"] is not None:
                name = f"{row['model']}|{row['dataset']}|{rating['item']}"
                found.setdefault(rating["judge"], {})[name] = float(rating["grade"])
    return found


def _of(half: ObserverTask, grades: Mapping[str, float]) -> dict[str, float]:
    return {name: grade for name, grade in grades.items() if name.split("|")[2] == half}
