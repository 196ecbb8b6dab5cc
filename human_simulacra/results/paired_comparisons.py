"""Paired comparisons of methods for experiments with one number per character (a tau, a rate, a mean grade)."""

from __future__ import annotations

from dataclasses import replace

from human_simulacra.results.summary import ALL, Summary
from human_simulacra.results.tables import comparison_notes, comparison_table
from human_simulacra.statistics import Comparison, compare_character_scores

NOTE = (
    "Comparisons of {} are of the characters' own figures, which have equal weights. Each figure is from all that the model "
    "answered: where two models lack different answers, their difference is not one on the same rows."
)


def with_comparisons(summary: Summary) -> Summary:
    """Returns a summary with paired comparisons of its methods on each measure, over shared characters.

    A summary that already has comparisons is returned unchanged.
    """
    if summary.comparisons:
        return summary
    found: dict[str, tuple[Comparison, ...]] = {}
    tables = []
    measures = {h.measure: h for h in summary.headlines if h.of == ALL}
    for measure, headline in measures.items():
        unit, (lowest, highest) = headline.unit, headline.possible_range
        found[measure] = tuple(compare_character_scores(_scores(summary, measure), max_difference=highest - lowest))
        places = 1 if unit == "%" else 2
        named = measure if unit in ("%", "") else f"{measure} ({unit})"
        title = f"Exploratory comparisons, {measure}: the characters' own figures"
        tables.append(comparison_table(title, named, found[measure], places, "characters"))
    compared = [measure for measure, own in found.items() if own]
    pairs = [pair for own in found.values() for pair in own]
    return replace(
        summary,
        tables=(*summary.tables, *(table for table in tables if table.rows)),
        comparisons=found,
        notes=(*summary.notes, *([NOTE.format(" and ".join(compared))] if compared else []), *comparison_notes(pairs)),
    )


def _scores(summary: Summary, measure: str) -> dict[str, dict[str, float]]:
    scores: dict[str, dict[str, float]] = {}
    for h in summary.by_character:
        if h.measure == measure:
            scores.setdefault(h.model, {})[h.character] = h.estimate.value
    return scores
