"""Why there is no agreement to report on a task: too few judges, judges not admitted, or verdicts that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from human_simulacra.experiments.observer.judgement_records import ObserverTask, RunRating

FEWEST_JUDGES = 3  # of which two grade each text
ONE_GRADER = "each item has one grader: use three judges or more"
# What a judge writes for the others to grade, and what is wrong with it.
_TEXTS: dict[ObserverTask, str] = {"matching": "descriptions without a statement", "similarity": "empty answers"}


def explain_no_agreement(ratings: Sequence[RunRating], task: ObserverTask, judges: int, admitted: set[str]) -> str:
    """Returns why no item of a task has two grades by admitted judges, with what to mend.

    Args:
        ratings: The ratings of all judges.
        task: The task.
        judges: Number of judges.
        admitted: The admitted judges.
    """
    if judges < FEWEST_JUDGES:
        return ONE_GRADER
    if gaps := describe_gaps(ratings, task):
        return f"too few grades can be used: {gaps}"
    return f"no item has two grades by admitted judges, and {len(admitted)} of {judges} judges are admitted"


def describe_gaps(ratings: Iterable[RunRating], task: ObserverTask) -> str:
    """Returns by judge how many verdicts of a task cannot be used, and how many texts could not be graded; empty if none."""
    own = [rating for rating in ratings if rating["half"] == task]
    return "; ".join(filter(None, (_of_judge(own, judge, task) for judge in dict.fromkeys(r["judge"] for r in own))))


def _of_judge(ratings: Sequence[RunRating], judge: str, task: ObserverTask) -> str:
    # A judge has a rating of its own text only if there was nothing in it to grade.
    texts = [r for r in ratings if r["judge"] == judge == r["writer"] and r["grade"] is None]
    verdicts = [r for r in ratings if r["judge"] == judge and r not in texts]
    lost = [r for r in verdicts if r["grade"] is None]
    unparseable, failed = sum(not r["failed"] for r in lost), sum(r["failed"] for r in lost)
    wordless, unwritten = sum(not r["failed"] for r in texts), sum(r["failed"] for r in texts)
    parts = (
        f"{unparseable} of {len(verdicts)} verdicts unparseable" * bool(unparseable),
        f"{failed} of {len(verdicts)} verdicts failed" * bool(failed),
        f"{wordless} {_TEXTS[task]}" * bool(wordless),
        f"{unwritten} texts failed" * bool(unwritten),
    )
    found = ", ".join(filter(None, parts))
    return f"{judge}: {found}" if found else ""
