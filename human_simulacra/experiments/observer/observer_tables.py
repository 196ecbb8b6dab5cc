"""Tables of the observer report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from human_simulacra.experiments.observer.judgement_records import MEASURE_NAMES, TASKS, ObserverTask, RunRating
from human_simulacra.judge_models.admission import Admission
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.summary import ALL, Headline, Row, Table
from human_simulacra.results.tables import format_headline, format_interval, format_p, without_empty_columns
from human_simulacra.statistics import Estimate
from human_simulacra.statistics.rater_agreement import AgreementCoefficient

NO_WRITER = "written by a judge not admitted"
_TASKS_HEAD = tuple(f"{MEASURE_NAMES[task]} % [95 %]" for task in TASKS)


def method_table(
    rows: Sequence[Row],
    ratings: Sequence[RunRating],
    counted: Sequence[RunRating],
    headlines: Sequence[Headline],
    bounds: BoundsColumn,
) -> Table:
    """Returns the main table: a row per model, with the judges whose grades count."""
    found = []
    for model in dict.fromkeys(row["model"] for row in rows):
        judges = ", ".join(dict.fromkeys(rating["judge"] for rating in counted if rating["model"] == model))
        missing = [row["missing"] for row in rows if row["model"] == model]
        cells = [_headline(headlines, model, task, ALL) for task in TASKS]
        unparseable = _unparseable(rating for rating in ratings if rating["model"] == model)
        possible = bounds.cell(model, named=tuple(MEASURE_NAMES.values()))
        found.append((model, len(missing) - sum(missing), *cells, judges, unparseable, sum(missing), possible))
    head = ("model", "answers", *_TASKS_HEAD, "judges counted", "unparseable", "missing", BOUNDS_HEAD)
    return without_empty_columns(Table("Observer report, by method", head, tuple(found)), (BOUNDS_HEAD,))


def judge_table(
    admissions: Sequence[Admission], read: Mapping[str, Sequence[str]], effects: Mapping[str, Estimate | None]
) -> Table:
    """Returns the table of what each judge read, its identity checks, its admission and the effect of the order of answers."""
    found = []
    for entry in admissions:
        checked = ("not checked", "", "", "")
        effect = effects[entry.judge]
        admitted = "yes" if entry.admitted else "no"
        if entry.chance is not None and entry.p is not None:
            checked = (f"{entry.right} of {entry.trials}", entry.characters, f"{entry.chance:.2f}", format_p(entry.p))
            admitted += "" if entry.possible else " (too few characters)"
        ordered = "" if effect is None else format_interval(effect, signed=True)
        found.append((entry.judge, "; ".join(read[entry.judge]), *checked, admitted, ordered))
    head = ("judge", "material read", "answer sets identified", "characters", "chance", "p", "admitted", "order effect % [95 %]")
    return Table("Judges of the observer report", head, tuple(found))


def by_judge_table(
    title: str, by_judge: Mapping[ObserverTask, Sequence[Mapping[str, Any]]], ratings: Sequence[RunRating], admitted: bool
) -> Table:
    """Returns the table of grades of each model by each judge that is, or is not, admitted, over all characters."""
    cells: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for task in TASKS:
        for entry in by_judge[task]:
            if entry["character"] == ALL and entry["admitted"] == admitted:
                cells.setdefault((entry["model"], entry["judge"]), {})[task] = entry
    found = []
    for (model, judge), by_task in cells.items():
        own = [rating for rating in ratings if (rating["model"], rating["judge"]) == (model, judge)]
        name = f"{judge} (self)" if any(rating["own"] for rating in own) else judge
        found.append((model, name, *(_figure(by_task.get(task)) for task in TASKS), _unparseable(own)))
    return Table(title, ("model", "judge", *_TASKS_HEAD, "unparseable"), tuple(found))


def character_table(headlines: Sequence[Headline]) -> Table:
    """Returns the table of both tasks for each character and model."""
    pairs = dict.fromkeys((headline.character, headline.model) for headline in headlines if headline.character != ALL)
    rows = tuple((c, model, *(_headline(headlines, model, task, c) for task in TASKS)) for c, model in pairs)
    return Table("Observer report, by character", ("character", "model", *_TASKS_HEAD), rows, detail=True)


def judge_agreement_table(title: str, agreement: Mapping[str, Iterable[AgreementCoefficient]]) -> Table:
    """Returns the table of agreement coefficients by name of the task."""
    rows = []
    for task, coefficients in agreement.items():
        for found in coefficients:
            estimate = Estimate(found.value, found.low, found.high, found.items)
            value = "" if math.isnan(found.value) else format_interval(estimate, places=2)
            rows.append((task, found.measure, value, found.judges, found.items, found.note))
    return Table(title, ("task", "coefficient", "value [95 %]", "judges", "items", "remark"), tuple(rows))


def _headline(headlines: Sequence[Headline], model: str, task: ObserverTask, character: str) -> str:
    found = [h for h in headlines if (h.model, h.measure, h.character) == (model, MEASURE_NAMES[task], character)]
    return format_headline(found[0]) if found else ""


def _figure(entry: Mapping[str, Any] | None) -> str:
    return format_interval(Estimate(entry["score"], entry["low"], entry["high"], entry["grades"])) if entry else ""


def _unparseable(ratings: Iterable[RunRating]) -> int:
    return sum(rating["grade"] is None and not rating["failed"] for rating in ratings)
