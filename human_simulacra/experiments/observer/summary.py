"""Summary of the observer report: headlines, tables and notes from scored rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.observer import judgement_records, observer_tables
from human_simulacra.experiments.observer.judgement_records import TASKS, ObserverTask, RunRating, grade_share
from human_simulacra.experiments.observer.observer_tables import NO_WRITER
from human_simulacra.experiments.observer.rating_figures import (
    counted_ratings,
    judge_agreement,
    mean_grade,
    order_effect,
    rating_caveat,
    run_ratings,
)
from human_simulacra.judge_models.admission import ADMISSION_RULE, OWN_JUDGE, Admission, not_admitted_note
from human_simulacra.judge_models.verdict_parsing import parse_choice
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BoundsColumn, rate_bounds
from human_simulacra.results.summary import ALL, Bounds, Caution, Headline, Row, Summary
from human_simulacra.statistics import Estimate
from human_simulacra.statistics.rater_agreement import AgreementCoefficient

NAME, TITLE = "observer", "Observer report"
FEWEST_GRADES = 10  # of the same value, to call a judge constant


def summarise_observer(rows: Sequence[Row], admissions: Sequence[Admission]) -> Summary:
    """Computes the summary of the observer report.

    Args:
        rows: Scored rows of all models.
        admissions: The result of each judge's identity checks.
    """
    ratings = run_ratings(rows)
    admitted = {entry.judge for entry in admissions if entry.admitted}
    models = list(dict.fromkeys(row["model"] for row in rows))
    counted = counted_ratings(ratings, admitted)
    headlines = _headlines(rows, ratings, counted, models, admitted)
    by_judge: dict[ObserverTask, list[dict[str, Any]]] = {task: _by_judge(ratings, models, task, admitted) for task in TASKS}
    agreement: dict[ObserverTask, list[AgreementCoefficient]] = {
        task: judge_agreement(ratings, task, len(admissions), admitted) for task in TASKS if len(admissions) > 1
    }
    effects = {entry.judge: order_effect(ratings, entry.judge) for entry in admissions}
    read = {entry.judge: reading_kinds(rows, entry.judge) for entry in admissions}
    tables = (
        observer_tables.method_table(rows, ratings, counted, headlines, BoundsColumn(headlines, find_reference_models(rows))),
        observer_tables.judge_table(admissions, read, effects),
        observer_tables.by_judge_table("Observer report, by admitted judge", by_judge, ratings, True),
        observer_tables.judge_agreement_table(
            "Agreement among admitted judges of the observer report",
            {judgement_records.MEASURE_NAMES[task]: found for task, found in agreement.items()},
        ),
        observer_tables.by_judge_table("Observer report, by judge not admitted", by_judge, ratings, False),
        observer_tables.character_table(headlines),
    )
    agreed = {task: [asdict(found) for found in both] for task, both in agreement.items()}
    judges = [
        {**asdict(entry), "reads": read[entry.judge], "order_effect": (effect := effects[entry.judge]) and asdict(effect)}
        for entry in admissions
    ]
    data = {**by_judge, "judges": judges, "agreement": agreed}
    return Summary(NAME, TITLE, tuple(headlines), tables, data, tuple(_notes(rows, ratings, admissions)))


def reading_kinds(rows: Sequence[Row], judge: str) -> list[str]:
    """Returns the kinds of material that a judge read."""
    entries = (entry for row in rows for entry in row.get("judgements", []) if entry["judge"] == judge and entry.get("reads"))
    return list(dict.fromkeys(entry["reads"] for entry in entries))


def _headlines(
    rows: Sequence[Row], ratings: Sequence[RunRating], counted: Sequence[RunRating], models: Sequence[str], admitted: set[str]
) -> list[Headline]:
    found = []
    for model in models:
        for task in TASKS:
            own = [rating for rating in counted if (rating["model"], rating["half"]) == (model, task)]
            caveat = rating_caveat(own[0], admitted) if own else ""  # the same for all counted grades of a task
            asked = [r for r in ratings if (r["model"], r["half"]) == (model, task) and rating_caveat(r, admitted) == caveat]
            for character in [ALL, *dict.fromkeys(rating["character"] for rating in own)]:
                if estimate := mean_grade([rating for rating in own if character in (ALL, rating["character"])]):
                    missing = [row["missing"] for row in rows if row["model"] == model and character in (ALL, row["character"])]
                    bounds = _bounds(estimate, [r for r in asked if character in (ALL, r["character"])], missing)
                    measure = judgement_records.MEASURE_NAMES[task]
                    # The same for all counted grades of a task: a model judges itself only where it has no other judge.
                    shown = ", ".join(filter(None, (caveat, OWN_JUDGE if own[0]["own"] else "")))
                    found.append(Headline(model, measure, estimate, "%", character, caveat=shown, bounds=bounds))
    return found


def _bounds(estimate: Estimate, asked: Sequence[RunRating], missing: Sequence[bool]) -> Bounds:
    """Returns the bounds if ungraded ratings, and those of missing answers, may have any grade; an answer has its mean number."""
    shares = [grade_share(rating["grade"]) for rating in asked if rating["grade"] is not None]
    each = len(asked) / missing.count(False) if False in missing else 0.0
    return rate_bounds(estimate.value, sum(shares), len(shares), len(asked) - len(shares) + each * sum(missing))


def _by_judge(
    ratings: Sequence[RunRating], models: Sequence[str], task: ObserverTask, admitted: set[str]
) -> list[dict[str, Any]]:
    """Returns the mean grades of one task in percent, by each judge, of all characters and each."""
    found = []
    for model in models:
        own = [rating for rating in ratings if (rating["model"], rating["half"]) == (model, task)]
        for judge in dict.fromkeys(rating["judge"] for rating in own):
            for character in [ALL, *dict.fromkeys(rating["character"] for rating in own)]:
                part = [r for r in own if r["judge"] == judge and character in (ALL, r["character"])]
                if estimate := mean_grade(part):
                    found.append({
                        "model": model, "character": character, "judge": judge, "score": estimate.value,
                        "low": estimate.low, "high": estimate.high, "grades": estimate.rows,
                        "self": any(r["own"] for r in part), "admitted": judge in admitted,
                    })  # fmt: skip
    return found


def _notes(rows: Sequence[Row], ratings: Sequence[RunRating], admissions: Sequence[Admission]) -> Iterable[str]:
    entries = judgement_records.run_judgements(rows)
    admitted = [entry.judge for entry in admissions if entry.admitted]
    rule = f"identifies answer sets {ADMISSION_RULE}"
    if admitted:
        yield f"Headlines are the grades of {', '.join(admitted)}; a judge is admitted if it {rule}."
        yield f"Grades of texts by admitted judges take precedence; ({NO_WRITER}): there is no such grade."
        yield from map(Caution, not_admitted_note(admissions))
    elif any(entry.trials for entry in admissions):
        yield Caution(f"No judge was admitted, so these scores are not reliable. A judge is admitted if it {rule}.")
    elif admissions:
        yield Caution(
            "No judge could be checked, so these scores are not reliable. The check needs a method that knows its character "
            "(prompt, rag, macm) and two characters or more."
        )
    yield from map(Caution, _unparseable_checks(entries))
    for judge in admitted:
        for task in TASKS:
            grades = [r["grade"] for r in ratings if (r["judge"], r["half"]) == (judge, task) and r["grade"] is not None]
            if len(grades) >= FEWEST_GRADES and len(set(grades)) == 1:
                measure = judgement_records.MEASURE_NAMES[task]
                yield Caution(f"{judge} gave every text the same grade in {measure}, so it tells no models apart.")
    if few := [entry for entry in admissions if entry.least is not None and not entry.possible]:
        characters, p = max((entry.characters, entry.least) for entry in few)
        known = len({row["character"] for row in rows})
        mend = "Use more characters." if characters == known else f"The run has {known}: see why the others were not checked."
        yield Caution(f"{characters} characters are too few to admit a judge: p cannot fall below {p:.3g}. {mend}")
    if len(admissions) == 1:
        yield Caution("One judge both wrote and graded; in the paper, different judges do.")
    if any(entry["own"] for entry in entries):
        yield Caution(f"(self), {OWN_JUDGE}: the judge is the same model as the one judged, because there was no other.")
    if failed := sum(entry["text"] is None for entry in entries):
        reason = next(entry["error"] for entry in entries if entry["text"] is None)
        yield Caution(f"{failed} judge calls failed ({reason}); resume the run with -r to retry them.")


def _unparseable_checks(entries: Sequence[judgement_records.Judgement]) -> Iterable[str]:
    """Yields which judges' identity checks are wrong for their form: such a judge may know the characters."""
    replies = [entry for entry in entries if entry["kind"] == "identity" and entry["text"] is not None]
    for judge in dict.fromkeys(entry["judge"] for entry in replies):
        own = [parse_choice(entry["text"], len(entry["options"])) for entry in replies if entry["judge"] == judge]
        if unparseable := own.count(None):
            yield f"{judge}: {unparseable} of {len(own)} identity checks are unparseable, and count as wrong."
