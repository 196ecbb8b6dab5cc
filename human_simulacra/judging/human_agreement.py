"""Agreement of people with each other and with the judge models of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from human_simulacra.experiments.observer.comparison_figures import comparison_level
from human_simulacra.experiments.observer.comparison_records import COMPARED, run_verdicts, verdict_ratings, with_mean_ranks
from human_simulacra.experiments.observer.experiment import admit_judges as admit_observer_judges
from human_simulacra.experiments.observer.judgement_records import MEASURE_NAMES, TASKS
from human_simulacra.experiments.observer.observer_tables import judge_agreement_table
from human_simulacra.experiments.observer.rating_figures import run_ratings
from human_simulacra.experiments.open_detail.known_replies import admit_judges as admit_detail_judges
from human_simulacra.experiments.open_detail.summary import TITLE as OPEN_DETAILS
from human_simulacra.judging.corrected_figures import corrected_figures_table
from human_simulacra.results.summary import Table
from human_simulacra.statistics.alternative_annotator import alt_test
from human_simulacra.statistics.rater_agreement import Ratings, icc2k, krippendorff_alpha, pearson_r

COMPARISON_NAMES = {criterion: f"comparison, {criterion}" for criterion in COMPARED}
REFUSED = " (not admitted)"


def agreement_tables(people: Ratings, rows: Sequence[Mapping[str, Any]]) -> list[Table]:
    """Returns the agreement of people, how far judge models agree with them, and the figures corrected by their grades.

    Judges that are not admitted have tables of their own, after those of the others.

    Args:
        people: Grades by person and name of the part.
        rows: The run's scored rows of the observer report and the open details.
    """
    people = {person: with_mean_ranks(grades) for person, grades in people.items()}
    observer = [row for row in rows if row["experiment"] == "observer"]
    details = [row for row in rows if row["experiment"] == "open_detail"]
    admitted = {
        "observer": {entry.judge for entry in admit_observer_judges(observer) if entry.admitted},
        "open_detail": {entry.judge for entry in admit_detail_judges(details) if entry.admitted},
    }
    models = _model_grades(observer)
    groups = (("", [judge for judge in models if judge in admitted["observer"]]),
              (REFUSED, [judge for judge in models if judge not in admitted["observer"]]))  # fmt: skip
    return [
        _among_people(people),
        corrected_figures_table(people, observer, details, admitted),
        *(table for mark, judges in groups for table in _against_models(people, {j: models[j] for j in judges}, mark)),
    ]


def _among_people(people: Ratings) -> Table:
    among = {}
    for task in TASKS:
        if own := _of(task, people):
            among[MEASURE_NAMES[task]] = [icc2k(own), krippendorff_alpha(own)]
    for criterion in COMPARED:
        if own := _of(criterion, people):
            among[COMPARISON_NAMES[criterion]] = [krippendorff_alpha(own, comparison_level(criterion))]
    if own := _of("detail", people):
        among[OPEN_DETAILS] = [krippendorff_alpha(own, "nominal")]
    return judge_agreement_table("Agreement among people", among)


def _against_models(people: Ratings, models: Ratings, mark: str) -> list[Table]:
    against, replacing = {}, []
    for task, measure in {**MEASURE_NAMES, **COMPARISON_NAMES}.items():
        own = _of(task, people)
        for judge, said in _of(task, models).items():
            if own:
                against.setdefault(judge, {})[measure] = [pearson_r(own, said)]
                test = alt_test(own, judge, said)
                figures = ("", "", "") if not test.p_values else (
                    f"{test.winning_rate:.2f}", f"{test.advantage:.2f}", "yes" if test.passed else "no"
                )  # fmt: skip
                replacing.append((measure, judge, *figures, test.people, test.items, test.note))
    head = ("task", "judge", "winning rate", "advantage", "may replace people", "people", "items", "note")
    return [
        *(judge_agreement_table(f"People against {judge}{mark}", found) for judge, found in against.items()),
        Table(f"Alternative-annotator test of judge models{mark}", head, tuple(replacing)),
    ]


def _model_grades(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for rating in run_ratings(rows):
        if rating["grade"] is not None:
            found.setdefault(rating["judge"], {})[rating["item"]] = float(rating["grade"])
    for criterion in COMPARED:
        for judge, said in verdict_ratings(run_verdicts(rows), criterion).items():
            found.setdefault(judge, {}).update(said)
    return found


def _of(task: str, ratings: Ratings) -> dict[str, dict[str, float]]:
    """Returns the grades of one task by whoever has any."""
    found = {judge: {name: g for name, g in grades.items() if name.split("|")[2] == task} for judge, grades in ratings.items()}
    return {judge: grades for judge, grades in found.items() if grades}
