"""The observer report's tables for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from human_simulacra.experiments.observer.judge_admission import Admission
from human_simulacra.experiments.observer.judgements import ALL_JUDGES, MEASURE_NAMES, TASKS, ObserverTask, RunRating
from human_simulacra.results.summary import ALL, Headline, Row, Table
from human_simulacra.results.tables import format_headline, format_interval, format_p
from human_simulacra.statistics import Estimate
from human_simulacra.statistics.rater_agreement import AgreementCoefficient

NO_JUDGE = "no judge admitted"
NO_WRITER = "written by a judge not admitted"
_HALVES_HEAD = tuple(f"{MEASURE_NAMES[half]} % [95 %]" for half in TASKS)


def method_table(
    rows: Sequence[Row], ratings: Sequence[RunRating], counted: Sequence[RunRating], headlines: Sequence[Headline]
) -> Table:
    """Returns the main table: a row a model, with the judges whose grades make its figures."""
    found = []
    for model in dict.fromkeys(row["model"] for row in rows):
        judges = ", ".join(dict.fromkeys(rating["judge"] for rating in counted if rating["model"] == model))
        missing = [row["missing"] for row in rows if row["model"] == model]
        cells = [_headline(headlines, model, half, ALL) for half in TASKS]
        unparseable = _unparseable(rating for rating in ratings if rating["model"] == model)
        found.append((model, len(missing) - sum(missing), *cells, judges, unparseable, sum(missing)))
    head = ("model", "answers", *_HALVES_HEAD, "judges counted", "unparseable", "missing")
    return Table("Observer report, by method", head, tuple(found))


def judge_table(admissions: Sequence[Admission], read: Mapping[str, Sequence[str]]) -> Table:
    """Returns what each judge read, how it did in the identity check and whether it was admitted."""
    found = []
    for entry in admissions:
        checked = ("not checked", "", "", "")
        admitted = _yes(entry.admitted)
        if entry.chance is not None and entry.p is not None:
            sets, characters = f"{entry.right} of {entry.trials}", f"{entry.known} of {entry.characters}"
            checked = (sets, characters, f"{entry.chance:.2f}", format_p(entry.p))
            admitted += "" if entry.possible else " (too few characters)"
        found.append((entry.judge, "; ".join(read[entry.judge]), *checked, admitted))
    head = ("judge", "knows the characters by", "right life picked", "characters told apart", "chance", "p", "admitted")
    return Table("Judges of the observer report", head, tuple(found))


def by_judge_table(by_judge: Mapping[ObserverTask, Sequence[Mapping[str, Any]]], ratings: Sequence[RunRating]) -> Table:
    """Returns each judge's figures of each model, over all characters."""
    cells: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for half in TASKS:
        for entry in by_judge[half]:
            if entry["character"] == ALL and entry["judge"] != ALL_JUDGES:
                cells.setdefault((entry["model"], entry["judge"]), {})[half] = entry
    found = []
    for (model, judge), halves in cells.items():
        own = [rating for rating in ratings if (rating["model"], rating["judge"]) == (model, judge)]
        name = f"{judge} (self)" if any(rating["own"] for rating in own) else judge
        admitted = _yes(all(entry["admitted"] for entry in halves.values()))
        found.append((model, name, admitted, *(_figure(halves.get(half)) for half in TASKS), _unparseable(own)))
    head = ("model", "judge", "admitted", *_HALVES_HEAD, "unparseable")
    return Table("Observer report, by judge", head, tuple(found))


def character_table(headlines: Sequence[Headline]) -> Table:
    """Returns both halves of each character and model."""
    pairs = dict.fromkeys((headline.character, headline.model) for headline in headlines if headline.character != ALL)
    rows = tuple((c, model, *(_headline(headlines, model, half, c) for half in TASKS)) for c, model in pairs)
    return Table("Observer report, by character", ("character", "model", *_HALVES_HEAD), rows, detail=True)


def judge_agreement_table(title: str, agreement: Mapping[ObserverTask, Iterable[AgreementCoefficient]]) -> Table:
    """Returns coefficients, those of both halves one below the other."""
    rows = []
    for half, coefficients in agreement.items():
        for found in coefficients:
            value = (
                ""
                if math.isnan(found.value)
                else format_interval(Estimate(found.value, found.low, found.high, found.items), places=2)
            )
            rows.append((MEASURE_NAMES[half], found.measure, value, found.judges, found.items, found.note))
    return Table(title, ("half", "measure", "value [95 %]", "judges", "items", "remark"), tuple(rows))


def _headline(headlines: Sequence[Headline], model: str, half: ObserverTask, character: str) -> str:
    found = [h for h in headlines if (h.model, h.measure, h.character) == (model, MEASURE_NAMES[half], character)]
    return format_headline(found[0]) if found else ""


def _figure(entry: Mapping[str, Any] | None) -> str:
    return format_interval(Estimate(entry["score"], entry["low"], entry["high"], entry["grades"])) if entry else ""


def _unparseable(ratings: Iterable[RunRating]) -> int:
    return sum(rating["grade"] is None and not rating["failed"] for rating in ratings)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
