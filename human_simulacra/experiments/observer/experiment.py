"""The observer report: scores of what judges wrote, and figures by method, character and judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.observer.judge_admission import Admission, IdentityCheck, admit_judge
from human_simulacra.experiments.observer.judgements import (
    TASKS,
    Judgement,
    ObserverTask,
    Rating,
    grade_share,
    select_judgements,
    similarity_item,
    statement_item,
)
from human_simulacra.experiments.observer.rows import QUICK, observer_rows
from human_simulacra.experiments.observer.summary import NAME, TITLE, summarise_observer
from human_simulacra.experiments.observer.verdict_parsing import parse_choice, parse_grade, parse_grades, parse_statements
from human_simulacra.results.summary import Row, Summary


class Observer(Experiment):
    """The paper's observer report; a row is a character's answer to an open situation.

    The judges' raw words are the column `judgements` (see `judgements.Judgement`). What belongs to a character's whole set of
    answers stands in its first answered row.
    """

    name, title, quick = NAME, TITLE, QUICK
    rows = staticmethod(observer_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Reads the judges' words: `ratings` (see `Rating`) and `identity` (an `IdentityCheck` of the row's character each)."""
        judgements = row.get("judgements", [])
        ratings = [*_matching(row, judgements), *_similarity(row, judgements)]
        return {"ratings": [asdict(rating) for rating in ratings], "identity": _trials(row, judgements)}

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns both halves in percent over all judges, unparseable grades, failed calls of judges, and missing rows."""
        ratings = [rating for row in rows for rating in row["ratings"]]
        graded = {half: [r["grade"] for r in ratings if r["half"] == half and r["grade"] is not None] for half in TASKS}
        return {
            **{half: 100.0 * sum(map(grade_share, grades)) / len(grades) if grades else 0.0 for half, grades in graded.items()},
            "unparseable": sum(rating["grade"] is None and not rating["failed"] for rating in ratings),
            "failed": sum(entry["text"] is None for row in rows for entry in row.get("judgements", [])),
            "missing": sum(row["missing"] for row in rows),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes figures by method, character and judge; headlines come from admitted judges where there are any."""
        return summarise_observer(rows, admit_judges(rows))


def admit_judges(rows: Sequence[Row]) -> list[Admission]:
    """Decides on every judge from the identity checks of the whole run, in order of appearance."""
    trials = [IdentityCheck(character=row["character"], **trial) for row in rows for trial in row["identity"]]
    judges = dict.fromkeys(entry["judge"] for row in rows for entry in row.get("judgements", []))
    return [admit_judge(judge, trials) for judge in judges]


def _matching(row: Row, judgements: Sequence[Judgement]) -> list[Rating]:
    found = []
    for entry in select_judgements(judgements, kind="description"):
        writer, text = entry["judge"], entry["text"]
        statements = parse_statements(text or "")
        if not statements:
            # Nothing to grade: it counts once, as unparseable or failed, for the one who wrote it.
            found.append(_rating("matching", entry, writer, statement_item(row["character"], writer, 0), None, text is None))
        for verdict in select_judgements(judgements, kind="matching", writer=writer):
            for place, grade in enumerate(parse_grades(verdict["text"] or "", len(statements)), 1):
                item = statement_item(row["character"], writer, place)
                found.append(_rating("matching", verdict, writer, item, grade, verdict["text"] is None))
    return found


def _similarity(row: Row, judgements: Sequence[Judgement]) -> list[Rating]:
    found = []
    for entry in select_judgements(judgements, kind="answer"):
        writer, item = entry["judge"], similarity_item(row["id"], entry["judge"])
        if not (entry["text"] or "").strip():
            found.append(_rating("similarity", entry, writer, item, None, entry["text"] is None))
        for first in select_judgements(judgements, kind="similarity", writer=writer, swapped=False):
            (second,) = select_judgements(judgements, kind="similarity", writer=writer, judge=first["judge"], swapped=True)
            grades = [parse_grade(verdict["text"] or "") for verdict in (first, second)]
            # One order alone would let a judge's liking for the first place in.
            grade = None if None in grades else sum(g for g in grades if g is not None) / 2
            found.append(_rating("similarity", first, writer, item, grade, first["text"] is None or second["text"] is None))
    return found


def _rating(half: ObserverTask, entry: Judgement, writer: str, item: str, grade: float | None, failed: bool) -> Rating:
    return Rating(half, entry["judge"], writer, item, grade, failed, entry["own"])


def _trials(row: Row, judgements: Sequence[Judgement]) -> list[dict[str, Any]]:
    """Returns the identity checks that took place; words that cannot be read have not picked the right life."""
    found = []
    for entry in select_judgements(judgements, kind="identity"):
        if entry["text"] is not None:
            chosen = parse_choice(entry["text"], len(entry["options"]))
            right = chosen is not None and entry["options"][chosen] == row["character"]
            found.append({"judge": entry["judge"], "options": len(entry["options"]), "right": right})
    return found


EXPERIMENT = Observer()
