"""Ways of answering questions with options: labels in tables, and the agreement of models that differ in the way alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from human_simulacra.results.reply_status import ANSWERED
from human_simulacra.results.summary import Caution, Row, Summary, Table
from human_simulacra.traces import FORM_NOT_KEPT
from human_simulacra.types import ANSWERINGS, Answering

# What is written after the name of a model that did not generate its answers as free text.
SUFFIXES: Mapping[str, str] = {"likelihood": " (log-likelihood)", "structured": " (structured)"}
NOTES = {
    "likelihood": "(log-likelihood): the model answered questions with options by log-likelihood (docs/likelihood.md).",
    "structured": "(structured): the model answered questions with options in a JSON form (docs/answering.md).",
}
AGREEMENT_HEAD = ("model", "against", "type", "rows", "agreement %", "Cohen's kappa")


def answering_mode(rows: Sequence[Row]) -> str:
    """Returns a way of answering, or several joined by ` + ` if rows differ (rows without options are generated)."""
    return " + ".join(sorted({_way(row) for row in rows if not row["missing"]}))


def _way(row: Row) -> Answering:
    return (row.get("trace") or {}).get("answering", "generate")


def with_answering(summary: Summary, rows: Sequence[Row]) -> Summary:
    """Returns a summary whose tables label the models that did not generate their answers to questions with options.

    The data get `answering`: the way of each of these models. A note tells how many structured answers lack their form.

    Args:
        summary: The summary of one experiment.
        rows: The experiment's scored rows.
    """
    ways = {row["model"]: _way(row) for row in rows if not row["missing"] and _way(row) in SUFFIXES}
    if not ways:
        return summary
    tables = tuple(replace(table, rows=tuple(_labelled(table, row, ways) for row in table.rows)) for table in summary.tables)
    notes = (*(NOTES[way] for way in SUFFIXES if way in ways.values()), *_form_notes(rows))
    return replace(summary, tables=tables, data={**summary.data, "answering": ways}, notes=(*notes, *summary.notes))


def answering_suffix(summary_data: Mapping[str, Any], model: str) -> str:
    """Returns what tables write after a model's name, from the data of a summary made by `with_answering`."""
    return SUFFIXES.get(summary_data.get("answering", {}).get(model, ""), "")


def _labelled(table: Table, row: tuple[Any, ...], ways: Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(
        f"{cell}{SUFFIXES[ways[cell]]}" if name in ("model", "against") and cell in ways else cell
        for name, cell in zip(table.head, row, strict=True)
    )


def _form_notes(rows: Sequence[Row]) -> Iterator[str]:
    """Yields how many whole structured answers lack their form, for each model that has some."""
    for model in dict.fromkeys(row["model"] for row in rows):
        asked = [r for r in rows if r["model"] == model and _way(r) == "structured" and r.get("status") == ANSWERED]
        free = sum(FORM_NOT_KEPT in row["trace"]["problems"] for row in asked)
        if free:
            yield Caution(
                f"{model}: the server did not keep the form in {free} of {len(asked)} answers, which are read as free text."
            )


@dataclass(frozen=True)
class AnsweringAgreement:
    """Agreement of two models that differ in the way of answering alone, in percent and as Cohen's kappa (-1 to 1 or NaN)."""

    model: str
    against: str
    type: str
    rows: int
    percent: float
    kappa: float


def compare_answering(
    rows: Sequence[Row], chosen_options: Callable[[Row], Sequence[Any]], separate_options: Callable[[Row], int]
) -> list[AnsweringAgreement]:
    """Compares models of a run that differ only in how they answer questions with options.

    Agreement is the share of rows with the same choice. Kappa is over single decisions: which option a reply names, or, for
    multiple choice, whether it names each option.

    Args:
        rows: Scored rows of all models; only rows with options are compared.
        chosen_options: Returns the choice of a row's reply; empty if it could not be parsed.
        separate_options: Returns how many options a row decides separately; 0 if its choice is one decision.
    """
    models: dict[str, dict[tuple[str, int], Row]] = {}
    for row in rows:
        if not row["missing"] and row.get("trace") and row["trace"].get("setting") and row.get("options"):
            models.setdefault(row["model"], {})[row["id"], row.get("run", 1)] = row
    found = []
    for one, other in combinations(models, 2):
        pairs = [_in_order(a, models[other][key]) for key, a in models[one].items() if key in models[other]]
        pairs = [pair for pair in pairs if pair is not None]
        for kind in dict.fromkeys(first["type"] for first, _ in pairs):
            typed = [pair for pair in pairs if pair[0]["type"] == kind]
            same = [set(chosen_options(a)) == set(chosen_options(b)) for a, b in typed]
            a, b = (
                [label for pair in typed for label in _decisions(chosen_options(pair[place]), separate_options(pair[place]))]
                for place in (0, 1)
            )
            names = (typed[0][0]["model"], typed[0][1]["model"])
            found.append(AnsweringAgreement(*names, kind, len(typed), 100.0 * sum(same) / len(same), cohens_kappa(a, b)))
    return found


def _in_order(one: Row, other: Row) -> tuple[Row, Row] | None:
    """Returns two answers in the order of their ways (`types.ANSWERINGS`), or None if they do not differ in the way alone."""
    ways = [ANSWERINGS.index(_way(row)) for row in (one, other)]
    if one["trace"]["setting"] != other["trace"]["setting"] or ways[0] == ways[1]:
        return None
    return (one, other) if ways[0] < ways[1] else (other, one)


def _decisions(chosen: Sequence[Any], options: int) -> list[Any]:
    return [place in chosen for place in range(options)] if options else [tuple(chosen)]


def cohens_kappa(first: Sequence[Any], second: Sequence[Any]) -> float:
    """Returns Cohen's kappa (Cohen 1960), -1 to 1, by statsmodels; NaN if both series have the same single label.

    Args:
        first: Labels of one rater, shape (items,).
        second: Labels of the other rater for the same items.
    """
    from statsmodels.stats.inter_rater import cohens_kappa as kappa  # takes a second to import and is seldom needed

    labels = sorted({*first, *second}, key=repr)
    if len(labels) < 2:
        return float("nan")
    table = np.zeros((len(labels), len(labels)))
    for a, b in zip(first, second, strict=True):
        table[labels.index(a), labels.index(b)] += 1
    found: Any = kappa(table, return_results=False)
    return float(found)


def answering_agreement_table(found: Sequence[AnsweringAgreement]) -> Table:
    """Returns the table of agreement between ways of answering."""
    rows = tuple((a.model, a.against, a.type, a.rows, f"{a.percent:.1f}", f"{a.kappa:.2f}") for a in found)
    return Table("Agreement of ways of answering, on the same rows", AGREEMENT_HEAD, rows)
