"""Paired comparisons of methods for experiments with one number per character (a tau, a rate, a mean grade)."""

from __future__ import annotations

from dataclasses import asdict, replace

from human_simulacra.results.summary import ALL, Summary
from human_simulacra.results.tables import comparison_notes, comparison_table
from human_simulacra.statistics import Comparison, compare_character_scores


def with_comparisons(summary: Summary) -> Summary:
    """Returns a summary with paired comparisons of its methods on each measure, over shared characters.

    A summary that already has `comparisons` in its data is returned unchanged.
    """
    if "comparisons" in summary.data:
        return summary
    pairs: list[Comparison] = []
    tables = []
    measures = {h.measure: h for h in summary.headlines if h.of == ALL}
    for measure, headline in measures.items():
        unit, (lowest, highest) = headline.unit, headline.possible_range
        found = compare_character_scores(_scores(summary, measure), measure, highest - lowest)
        pairs += found
        places = 1 if unit == "%" else 2
        named = measure if unit in ("%", "") else f"{measure} ({unit})"
        title = f"Paired comparisons, {measure} of the same characters"
        tables.append(comparison_table(title, named, found, places, "characters"))
    return replace(
        summary,
        tables=(*summary.tables, *(table for table in tables if table.rows)),
        data={**summary.data, "comparisons": [asdict(pair) for pair in pairs]},
        notes=(*summary.notes, *comparison_notes(pairs)),
    )


def _scores(summary: Summary, measure: str) -> dict[str, dict[str, float]]:
    scores: dict[str, dict[str, float]] = {}
    for h in summary.by_character:
        if h.measure == measure:
            scores.setdefault(h.model, {})[h.character] = h.estimate.value
    return scores
