"""Paired comparisons of methods for experiments with one number per character (a tau, a rate, a mean grade)."""

from __future__ import annotations

from dataclasses import replace

from human_simulacra.results.summary import ALL, Summary
from human_simulacra.results.tables import comparison_notes, comparison_table
from human_simulacra.statistics import Comparison, compare_character_scores


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
        title = f"Exploratory comparisons, {measure} of the same characters"
        tables.append(comparison_table(title, named, found[measure], places, "characters"))
    return replace(
        summary,
        tables=(*summary.tables, *(table for table in tables if table.rows)),
        comparisons=found,
        notes=(*summary.notes, *comparison_notes([pair for pairs in found.values() for pair in pairs])),
    )


def _scores(summary: Summary, measure: str) -> dict[str, dict[str, float]]:
    scores: dict[str, dict[str, float]] = {}
    for h in summary.by_character:
        if h.measure == measure:
            scores.setdefault(h.model, {})[h.character] = h.estimate.value
    return scores
