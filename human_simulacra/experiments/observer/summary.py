"""Summary of the observer report: headlines, tables and notes from scored rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from human_simulacra.experiments.observer import judgement_records, observer_tables
from human_simulacra.experiments.observer.judgement_records import ALL_JUDGES, TASKS, ObserverTask, RunRating, grade_share
from human_simulacra.experiments.observer.observer_tables import NO_WRITER
from human_simulacra.judge_models.admission import NO_JUDGE, SIGNIFICANCE_LEVEL, Admission
from human_simulacra.results.summary import ALL, Headline, Row, Summary
from human_simulacra.statistics import Estimate, cluster_interval
from human_simulacra.statistics.rater_agreement import AgreementCoefficient, icc2k_by_group, krippendorff_alpha

NAME, TITLE = "observer", "Observer report"
ONE_GRADER = "each item has one grader: use three judges or more"


def summarise_observer(rows: Sequence[Row], admissions: Sequence[Admission]) -> Summary:
    """Computes the summary of the observer report.

    Args:
        rows: Scored rows of all models.
        admissions: The result of each judge's identity checks.
    """
    ratings = [_run_rating(row, rating) for row in rows for rating in row["ratings"]]
    admitted = {entry.judge for entry in admissions if entry.admitted}
    models = list(dict.fromkeys(row["model"] for row in rows))
    counted = _counted(ratings, admitted)
    headlines = _headlines(counted, models, admitted)
    by_judge: dict[ObserverTask, list[dict[str, Any]]] = {task: _by_judge(ratings, models, task, admitted) for task in TASKS}
    several = len({rating["judge"] for rating in ratings}) > 1
    agreement: dict[ObserverTask, list[AgreementCoefficient]] = {
        task: judge_agreement(ratings, task) for task in TASKS if several
    }
    read = {entry.judge: reading_kinds(rows, entry.judge) for entry in admissions}
    tables = (
        observer_tables.method_table(rows, ratings, counted, headlines),
        observer_tables.judge_table(admissions, read),
        observer_tables.by_judge_table(by_judge, ratings),
        observer_tables.judge_agreement_table("Agreement among judges of the observer report", agreement),
        observer_tables.character_table(headlines),
    )
    agreed = {task: [asdict(found) for found in both] for task, both in agreement.items()}
    judges = [{**asdict(entry), "reads": read[entry.judge]} for entry in admissions]
    data = {**by_judge, "judges": judges, "agreement": agreed}
    return Summary(NAME, TITLE, tuple(headlines), tables, data, tuple(_notes(rows, admissions)))


def reading_kinds(rows: Sequence[Row], judge: str) -> list[str]:
    """Returns the kinds of material that a judge read."""
    entries = (entry for row in rows for entry in row.get("judgements", []) if entry["judge"] == judge and entry.get("reads"))
    return list(dict.fromkeys(entry["reads"] for entry in entries))


def _run_rating(row: Row, rating: Mapping[str, Any]) -> RunRating:
    item = f"{row['model']}|{row['dataset']}|{rating['item']}"
    return {**rating, "model": row["model"], "character": row["character"], "item": item}


def judge_agreement(ratings: Iterable[RunRating], task: ObserverTask) -> list[AgreementCoefficient]:
    """Returns ICC(2,k) of each group of items assigned to the same judges, and Krippendorff's alpha over all items."""
    own = [rating for rating in ratings if rating["half"] == task]
    asked: dict[str, set[str]] = {}
    for rating in own:
        asked.setdefault(rating["item"], set()).add(rating["judge"])
    # An item with an unparseable grade stays in its group rather than in one of its own.
    groups: dict[tuple[str, ...], dict[str, dict[str, float]]] = {}
    by_judge: dict[str, dict[str, float]] = {}
    for rating in own:
        judges = tuple(sorted(asked[rating["item"]]))
        group = groups.setdefault(judges, {judge: {} for judge in judges})
        if rating["grade"] is not None:
            for grades in (group, by_judge):
                grades.setdefault(rating["judge"], {})[rating["item"]] = rating["grade"]
    alpha = krippendorff_alpha(by_judge)
    if all(len(judges) < 2 for judges in groups):
        return [replace(alpha, note=ONE_GRADER)]
    return [*icc2k_by_group(groups[judges] for judges in sorted(groups)), alpha]


def _caveat(rating: RunRating, admitted: set[str]) -> str:
    """Returns why a grade is not reliable; empty if both its judge and the writer are admitted."""
    if rating["judge"] not in admitted:
        return NO_JUDGE
    return "" if rating["writer"] in admitted else NO_WRITER


def _counted(ratings: Sequence[RunRating], admitted: set[str]) -> list[RunRating]:
    """Returns the grades that headlines use: for each model and task, those with the mildest caveat."""
    graded = [rating for rating in ratings if rating["grade"] is not None]
    against = ("", NO_WRITER, NO_JUDGE)
    least: dict[tuple[str, ObserverTask], int] = {}
    for rating in graded:
        key = (rating["model"], rating["half"])
        least[key] = min(least.get(key, len(against)), against.index(_caveat(rating, admitted)))
    return [r for r in graded if _caveat(r, admitted) == against[least[r["model"], r["half"]]]]


def _headlines(counted: Sequence[RunRating], models: Sequence[str], admitted: set[str]) -> list[Headline]:
    found = []
    for model in models:
        for task in TASKS:
            own = [rating for rating in counted if (rating["model"], rating["half"]) == (model, task)]
            for character in [ALL, *dict.fromkeys(rating["character"] for rating in own)]:
                if estimate := _estimate([rating for rating in own if character in (ALL, rating["character"])]):
                    caveat = _caveat(own[0], admitted)  # the same for all counted grades of a task
                    found.append(Headline(model, judgement_records.MEASURE_NAMES[task], estimate, "%", character, caveat=caveat))
    return found


def _estimate(ratings: Sequence[RunRating]) -> Estimate | None:
    graded = [rating for rating in ratings if rating["grade"] is not None]
    if not graded:
        return None
    return cluster_interval([grade_share(r["grade"]) for r in graded], [1.0] * len(graded), [r["character"] for r in graded])


def _by_judge(
    ratings: Sequence[RunRating], models: Sequence[str], task: ObserverTask, admitted: set[str]
) -> list[dict[str, Any]]:
    """Returns the mean grades of one task in percent: by each judge and all judges, of all characters and each."""
    found = []
    for model in models:
        own = [rating for rating in ratings if (rating["model"], rating["half"]) == (model, task)]
        for judge in [ALL_JUDGES, *dict.fromkeys(rating["judge"] for rating in own)]:
            for character in [ALL, *dict.fromkeys(rating["character"] for rating in own)]:
                part = [r for r in own if judge in (ALL_JUDGES, r["judge"]) and character in (ALL, r["character"])]
                if estimate := _estimate(part):
                    found.append({
                        "model": model, "character": character, "judge": judge, "score": estimate.value,
                        "low": estimate.low, "high": estimate.high, "grades": estimate.rows,
                        "self": judge != ALL_JUDGES and any(r["own"] for r in part),
                        "admitted": all(r["judge"] in admitted for r in part),
                    })  # fmt: skip
    return found


def _notes(rows: Sequence[Row], admissions: Sequence[Admission]) -> Iterable[str]:
    entries = [entry for row in rows for entry in row.get("judgements", [])]
    admitted = [entry.judge for entry in admissions if entry.admitted]
    rule = f"identifies most answer sets of more characters than chance (binomial, one-sided p < {SIGNIFICANCE_LEVEL})"
    if admitted:
        yield f"Headlines are the grades of {', '.join(admitted)}; a judge is admitted if it {rule}."
        yield f"Grades of texts by admitted judges take precedence; ({NO_WRITER}): there is no such grade."
    elif admissions:
        yield f"No judge was admitted, so these scores are not reliable. A judge is admitted if it {rule}."
    if few := [entry for entry in admissions if entry.least is not None and not entry.possible]:
        characters, p = max((entry.characters, entry.least) for entry in few)
        yield f"{characters} characters are too few to admit a judge: p cannot fall below {p:.3g}. Use more characters."
    if len(admissions) == 1:
        yield "One judge both wrote and graded; in the paper, different judges do."
    if any(entry["own"] for entry in entries):
        yield "(self): the judge is the same model as the one judged, because there was no other."
    if failed := sum(entry["text"] is None for entry in entries):
        reason = next(entry["error"] for entry in entries if entry["text"] is None)
        yield f"{failed} judge calls failed ({reason}); resume the run with -r to retry them."
