"""The observer report: parses what judges wrote into grades, and summarises them by method, character and judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.observer import judgement_records as records
from human_simulacra.experiments.observer.comparison_records import is_counted, read_verdicts
from human_simulacra.experiments.observer.comparison_summary import with_comparison
from human_simulacra.experiments.observer.judgement_records import Judgement, Rating, grade_share, select_judgements
from human_simulacra.experiments.observer.rows import QUICK, observer_rows
from human_simulacra.experiments.observer.summary import NAME, TITLE, summarise_observer
from human_simulacra.judge_models.admission import Admission, KnownAnswerCheck, admit_judge
from human_simulacra.judge_models.verdict_parsing import parse_choice, parse_grade, parse_grades, parse_statements
from human_simulacra.results.summary import Row, Summary


class Observer(Experiment):
    """The paper's observer report; a row is a character's answer to an open scenario.

    The column `judgements` holds the judges' replies (see `judgements.Judgement`). Judgements of a character's whole answer
    set are in its first answered row.
    """

    name, title, quick = NAME, TITLE, QUICK
    headline = records.MEASURE_NAMES["matching"]
    rows = staticmethod(observer_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Parses the judges' replies.

        Returns:
            `ratings` (`Rating`), `identity` (`KnownAnswerCheck` without the character) and, if the row's answer was compared
            with others, `comparisons` (`ComparisonVerdict`).
        """
        judgements = row.get("judgements", [])
        ratings = [*_matching(row, judgements), *_similarity(row, judgements)]
        scores = {"ratings": [asdict(rating) for rating in ratings], "identity": _trials(row, judgements)}
        compared = [asdict(verdict) for verdict in read_verdicts(judgements)]
        return {**scores, "comparisons": compared} if compared else scores

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns mean grades of two tasks in percent over all judges; counts of unparseable, failed and missing ones."""
        ratings = [rating for row in rows for rating in row["ratings"]]
        compared = [verdict for row in rows for verdict in row.get("comparisons", [])]
        graded = {task: [r["grade"] for r in ratings if r["half"] == task and r["grade"] is not None] for task in records.TASKS}
        return {
            **{task: 100.0 * sum(map(grade_share, grades)) / len(grades) if grades else 0.0 for task, grades in graded.items()},
            "unparseable": sum(rating["grade"] is None and not rating["failed"] for rating in ratings)
            + sum(not is_counted(verdict) and not verdict["failed"] for verdict in compared),
            "failed": sum(entry["text"] is None for row in rows for entry in row.get("judgements", [])),
            "missing": sum(row["missing"] for row in rows),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes grades by method, character and judge, and the comparison; headlines use admitted judges if there are any."""
        admissions = admit_judges(rows)
        return with_comparison(summarise_observer(rows, admissions), rows, admissions)


def admit_judges(rows: Sequence[Row]) -> list[Admission]:
    """Decides on the admission of every judge by the identity checks of the whole run, in order of appearance."""
    trials = [KnownAnswerCheck(character=row["character"], **trial) for row in rows for trial in row["identity"]]
    judges = dict.fromkeys(entry["judge"] for row in rows for entry in row.get("judgements", []))
    return [admit_judge(judge, trials) for judge in judges]


def _matching(row: Row, judgements: Sequence[Judgement]) -> list[Rating]:
    found = []
    for entry in select_judgements(judgements, kind="description"):
        writer, text = entry["judge"], entry["text"]
        statements = parse_statements(text or "")
        if not statements:
            # There is nothing to grade: count one unparseable or failed rating for the writer.
            item = records.statement_item(row["character"], writer, 0)
            found.append(_rating("matching", entry, writer, item, None, text is None))
        for verdict in select_judgements(judgements, kind="matching", writer=writer):
            for place, grade in enumerate(parse_grades(verdict["text"] or "", len(statements)), 1):
                item = records.statement_item(row["character"], writer, place)
                found.append(_rating("matching", verdict, writer, item, grade, verdict["text"] is None))
    return found


def _similarity(row: Row, judgements: Sequence[Judgement]) -> list[Rating]:
    found = []
    for entry in select_judgements(judgements, kind="answer"):
        writer, item = entry["judge"], records.similarity_item(row["id"], entry["judge"])
        if not (entry["text"] or "").strip():
            found.append(_rating("similarity", entry, writer, item, None, entry["text"] is None))
        for first in select_judgements(judgements, kind="similarity", writer=writer, swapped=False):
            (second,) = select_judgements(judgements, kind="similarity", writer=writer, judge=first["judge"], swapped=True)
            one, other = (parse_grade(verdict["text"] or "") for verdict in (first, second))
            # The mean of both orders cancels a judge's position bias; their difference shows it.
            grade, effect = (None, None) if one is None or other is None else ((one + other) / 2, one - other)
            failed = first["text"] is None or second["text"] is None
            found.append(replace(_rating("similarity", first, writer, item, grade, failed), order_effect=effect))
    return found


def _rating(task: records.ObserverTask, entry: Judgement, writer: str, item: str, grade: float | None, failed: bool) -> Rating:
    return Rating(task, entry["judge"], writer, item, grade, failed, entry["own"])


def _trials(row: Row, judgements: Sequence[Judgement]) -> list[dict[str, Any]]:
    """Returns the completed identity checks; an unparseable reply counts as wrong."""
    found = []
    for entry in select_judgements(judgements, kind="identity"):
        if entry["text"] is not None:
            chosen = parse_choice(entry["text"], len(entry["options"]))
            right = chosen is not None and entry["options"][chosen] == row["character"]
            found.append({"judge": entry["judge"], "options": len(entry["options"]), "right": right})
    return found


EXPERIMENT = Observer()
