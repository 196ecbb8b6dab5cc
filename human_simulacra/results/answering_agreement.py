"""Generated and log-likelihood answers: labels in tables, and their agreement if a run has both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from human_simulacra.results.summary import Row, Summary, Table

SUFFIX = " (log-likelihood)"
NOTE = "(log-likelihood): the model answered questions with options by log-likelihood (docs/likelihood.md)."
AGREEMENT_HEAD = ("generated", "by log-likelihood", "type", "rows", "agreement %", "Cohen's kappa")


def answering_mode(rows: Sequence[Row]) -> str:
    """Returns `generate`, `likelihood`, or both joined by ` + ` if rows differ (rows without options are generated)."""
    return " + ".join(sorted({(row.get("trace") or {}).get("answering", "generate") for row in rows if not row["missing"]}))


def with_answering(summary: Summary, rows: Sequence[Row]) -> Summary:
    """Returns a summary whose tables label the models that answered by log-likelihood, listed in its data `by_likelihood`.

    Args:
        summary: The summary of one experiment.
        rows: The experiment's scored rows.
    """
    models = list(dict.fromkeys(row["model"] for row in rows if "likelihood" in answering_mode([row])))
    if not models:
        return summary
    tables = tuple(replace(table, rows=tuple(_labelled(table, row, models) for row in table.rows)) for table in summary.tables)
    return replace(summary, tables=tables, data={**summary.data, "by_likelihood": models}, notes=(NOTE, *summary.notes))


def _labelled(table: Table, row: tuple[Any, ...], models: Sequence[str]) -> tuple[Any, ...]:
    return tuple(
        f"{cell}{SUFFIX}" if name in ("model", "against") and cell in models else cell
        for name, cell in zip(table.head, row, strict=True)
    )


@dataclass(frozen=True)
class AnsweringAgreement:
    """Agreement of one model's generated and log-likelihood answers, in percent and as Cohen's kappa (-1 to 1 or NaN)."""

    generated: str
    log_likelihood: str
    type: str
    rows: int
    percent: float
    kappa: float


def compare_answering(
    rows: Sequence[Row], chosen_options: Callable[[Row], Sequence[Any]], separate_options: Callable[[Row], int]
) -> list[AnsweringAgreement]:
    """Compares models of a run that differ only in how they answer: by generating or by log-likelihood.

    Agreement is the share of rows with the same choice. Kappa is over single decisions: which option a reply names, or, for
    multiple choice, whether it names each option.

    Args:
        rows: Scored rows of all models; only rows with options are compared.
        chosen_options: Returns the choice of a row's reply; empty if it could not be parsed.
        separate_options: Returns how many options a row decides separately; 0 if its choice is one decision.
    """
    models: dict[str, dict[str, Row]] = {}
    for row in rows:
        if not row["missing"] and row.get("trace") and row["trace"].get("setting") and row.get("options"):
            models.setdefault(row["model"], {})[row["id"]] = row
    found = []
    for one, other in combinations(models, 2):
        pairs = [_in_order(a, models[other][i]) for i, a in models[one].items() if i in models[other]]
        pairs = [pair for pair in pairs if pair is not None]
        for kind in dict.fromkeys(generated["type"] for generated, _ in pairs):
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
    """Returns the generated, then the log-likelihood answer, or None if the rows are not such a pair."""
    ways = one["trace"].get("answering"), other["trace"].get("answering")
    if one["trace"]["setting"] != other["trace"]["setting"] or set(ways) != {"generate", "likelihood"}:
        return None
    return (one, other) if ways[0] == "generate" else (other, one)


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
    """Returns the table of agreement between generated and log-likelihood answers."""
    rows = tuple((a.generated, a.log_likelihood, a.type, a.rows, f"{a.percent:.1f}", f"{a.kappa:.2f}") for a in found)
    return Table("Agreement of generated and log-likelihood answers on the same rows", AGREEMENT_HEAD, rows)
