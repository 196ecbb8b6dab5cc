"""Summary of the conformity experiment: headlines, tables and notes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.conformity.human_baseline import (
    MAX_ALONE,
    MIN_CHARACTERS,
    distance_from_baseline,
    human_baseline,
)
from human_simulacra.experiments.conformity.rates import (
    CONTROL,
    PRESSURE,
    ConformityRates,
    conformity_by_trial,
    conformity_rates,
    errors_by_trial,
)
from human_simulacra.results.answering_agreement import answering_agreement_table, compare_answering
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.scored_rows import compare_all_models
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import (
    comparison_notes,
    comparison_table,
    format_interval,
    format_number,
    format_p,
    without_empty_columns,
)
from human_simulacra.statistics import Estimate

NAME, TITLE, MEASURE = "conformity", "Conformity", "conformity"
LIMITS = (-100.0, 100.0)
RATES_HEAD = ("model", "variant", "conformity % [95 %]", "critical error %, pressure [95 %]", "critical error %, control [95 %]",
              "critical error %, chance", "neutral error %, pressure", "neutral error %, control", "unparseable", "missing",
              BOUNDS_HEAD)  # fmt: skip
PEOPLE_HEAD = ("model", "variant", "characters", "error beyond control % [95 %]", "difference from humans", "p (uncorrected)",
               "independence % [95 %]", "conversations with conformity")  # fmt: skip
CURVE_HEAD = ("model", "variant", "condition", "trial", "critical", "error %", "conformed %")


def summarise_conformity(rows: Sequence[Row]) -> Summary:
    """Computes rates by method, variant and character, paired comparisons, the distance from people, and errors by trial.

    Args:
        rows: Scored rows of all models.
    """
    found, lines, people = conformity_rates(rows), list(errors_by_trial(rows)), human_baseline()
    names = list(dict.fromkeys(row["variant"] for row in rows))
    pairs = compare_all_models(conformity_by_trial(rows), LIMITS[1] - LIMITS[0])
    agreed = compare_answering(rows, lambda row: [row["chosen"]] if row["parsed"] else [], lambda row: 0)
    whole = [rate for rate in found if rate.character == ALL]
    students = f"{people.rate:.0f} % [{people.low:.1f}, {people.high:.1f}] of {people.n} students' answers to critical trials"
    students += f", {people.alone:.0f} % alone"
    headlines = tuple(headline for rate in found for headline in _headlines(rate))
    bounds, guess = BoundsColumn(headlines, find_reference_models(rows)), _chance_error(rows)
    single = tuple((rate.character, *_rates_row(rate, names, guess, bounds)) for rate in found if rate.character != ALL)
    by_method = Table("Conformity, by method", RATES_HEAD, tuple(_rates_row(rate, names, guess, bounds) for rate in whole))
    by_character = Table("Conformity, by character", ("character", *RATES_HEAD), single, detail=True)
    tables = (
        without_empty_columns(by_method, (BOUNDS_HEAD,)),
        Table(f"Conformity and human baseline: {students}", PEOPLE_HEAD, tuple(_people_row(r, names) for r in whole)),
        comparison_table("Exploratory comparisons of conformity, on the same trials", MEASURE, pairs, counted="trials"),
        answering_agreement_table(agreed),
        without_empty_columns(by_character, (BOUNDS_HEAD,)),
        Table("Conformity, by trial", CURVE_HEAD, tuple(_curve_rows(lines)), detail=True),
    )  # fmt: skip
    data = {"curves": lines, "rates": [entry for rate in found for entry in _entries(rate, names)], "human": asdict(people),
            "agreement": [asdict(found) for found in agreed]}  # fmt: skip
    notes = (*_notes(rows), *comparison_notes(pairs))
    return Summary(NAME, TITLE, headlines, tables, data, notes, {MEASURE: tuple(pairs)})


def _headlines(rate: ConformityRates) -> Iterator[Headline]:
    if rate.conformity:
        yield Headline(
            rate.model, MEASURE, rate.conformity, "%", rate.character, rate.variant, better="",
            bounds=rate.bounds["conformity"], limits=LIMITS,
        )  # fmt: skip
    for condition, estimate in rate.critical.items():
        if estimate:
            possible, part = rate.bounds[condition], _part(rate, condition)
            yield Headline(rate.model, "critical error", estimate, "%", rate.character, part, better="", bounds=possible)


def _part(rate: ConformityRates, condition: str) -> str:
    return condition if rate.variant == ALL else f"{rate.variant}, {condition}"


def _chance_error(rows: Sequence[Row]) -> float:
    """Returns the expected error of naming one option at random on critical trials, in percent; the majority is named alike."""
    wrong = [1 - 1 / len(row["options"]) for row in rows if row["critical"]]
    return 100 * sum(wrong) / len(wrong) if wrong else math.nan


def _entries(rate: ConformityRates, variants: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yields the JSON-ready rates, one entry per condition; measures of both conditions are in that of pressure."""
    distance = distance_from_baseline(rate.by_character)
    for condition in (PRESSURE, CONTROL):
        pressed = condition == PRESSURE
        figures = {
            "critical_error": rate.critical[condition],
            "neutral_error": rate.neutral[condition],
            "conformity": rate.conformity if pressed else None,
            "beyond_control": rate.beyond_control if pressed else None,
            "independence": rate.independence if pressed else None,
        }
        yield {
            "model": rate.model, "variant": _variant(rate, variants), "character": rate.character, "condition": condition,
            **{name: estimate.value if estimate else None for name, estimate in figures.items()},
            "intervals": {name: [estimate.low, estimate.high] for name, estimate in figures.items() if estimate},
            "against_people": asdict(distance) if distance and pressed else None,
            "yielded": rate.yielded if pressed else None, "conversations": rate.conversations if pressed else None,
            "unparseable": rate.unparseable[condition], "missing": rate.missing[condition],
        }  # fmt: skip


def _rates_row(rate: ConformityRates, variants: Sequence[str], guess: float, bounds: BoundsColumn) -> tuple[Any, ...]:
    possible = {condition: bounds.cell(rate.model, _part(rate, condition), rate.character) for condition in rate.critical}
    named = (f"{condition} {text}" for condition, text in possible.items() if text)
    return (
        rate.model, _variant(rate, variants), _shown(rate.conformity, signed=True),
        *(_shown(rate.critical[condition]) for condition in (PRESSURE, CONTROL)),
        format_number(guess, 1), *(_bare(rate.neutral[condition]) for condition in (PRESSURE, CONTROL)),
        sum(rate.unparseable.values()), sum(rate.missing.values()),
        "; ".join(filter(None, (bounds.cell(rate.model, rate.variant, rate.character), *named))),
    )  # fmt: skip


def _people_row(rate: ConformityRates, variants: Sequence[str]) -> tuple[Any, ...]:
    distance = distance_from_baseline(rate.by_character)
    difference = f"{distance.points:+.1f}" if distance else "-"
    p = "-" if distance is None or distance.p is None else format_p(distance.p)
    return (
        rate.model, _variant(rate, variants), len(rate.by_character), _shown(rate.beyond_control, signed=True), difference, p,
        _shown(rate.independence), f"{rate.yielded} of {rate.conversations}",
    )  # fmt: skip


def _curve_rows(lines: Sequence[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for line in (line for line in lines if line["character"] == ALL):
        for point in line["trials"]:
            percent = ["-" if point[name] is None else f"{point[name]:.0f}" for name in ("error", "conformed")]
            kind = "critical" if point["critical"] else "neutral"
            yield line["model"], line["variant"], line["condition"], point["trial"], kind, *percent


def _variant(rate: ConformityRates, variants: Sequence[str]) -> str:
    return variants[0] if len(variants) == 1 else rate.variant


def _shown(estimate: Estimate | None, signed: bool = False) -> str:
    return format_interval(estimate, signed) if estimate else "-"


def _bare(estimate: Estimate | None) -> str:
    return f"{estimate.value:.1f}" if estimate else "-"


def _notes(rows: Sequence[Row]) -> tuple[str, ...]:
    trials = dict.fromkeys((row["set"], row["trial"], row["critical"]) for row in rows)
    critical = sum(kind for *_, kind in trials)
    return (
        f"{len(trials)} trials, {critical} critical. Conformity: the percentage of critical trials answered with the majority's "
        "wrong option, minus the same percentage alone; it can be below 0. Independence: of the critical trials answered "
        "correctly alone, the percentage answered correctly under pressure. Unparseable replies are in no rate, and a trial that "
        "lacks one of its two replies is not in conformity; it is in the bounds, so conformity can lie outside them. Models are "
        "compared on the trials that both answered in both conditions.",
        "Error beyond control: errors on critical trials minus errors on the same trials alone, averaged over characters. "
        "Students who compared lines erred on 33 % (Franzen & Mader 2023), alone on 1 % (Asch 1955): a baseline, not a target. "
        f"There is no p below {MIN_CHARACTERS} characters, and none if the characters err alone on more than {MAX_ALONE:.0f} %.",
    )
