"""Tables of the self report: score and accuracy beside guessing, readers without the life, and bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from human_simulacra.experiments.self_report.above_blind import ABOVE_READERS, AboveBlind
from human_simulacra.experiments.self_report.abstentions import Abstentions
from human_simulacra.experiments.self_report.chance_level import ChanceLevel
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.scored_rows import GroupScore
from human_simulacra.results.summary import ALL, Table
from human_simulacra.results.tables import format_interval, without_empty_columns

CHANCE_NOTE = (
    "Chance: what the best simple guess is expected to reach, in score and in accuracy (of multiple choice, the number of "
    "options that is best to name at random)."
)
_SCORES = ("score % [95 %]", "accuracy % [95 %]")
_READERS = ("readers %", "above readers % [95 %]")
_ABSTENTIONS = ("not known % [95 %]", "accuracy when answered % [95 %]")
_COUNTS = ("unparseable", "missing")


def method_table(
    figures: Sequence[GroupScore],
    chance: Mapping[tuple[str, str], ChanceLevel],
    above: Sequence[AboveBlind],
    abstentions: Sequence[Abstentions],
    bounds: BoundsColumn,
) -> Table:
    """Returns the table by method and type; the columns of readers, not knowing and bounds only if there are any.

    Args:
        figures: Scores and accuracies; those of single characters are left out.
        chance: What guessing reaches, by (model, type).
        above: What readers without the life and the models above them reach.
        abstentions: How often models say not to know, where this is an answer.
        bounds: The bounds of the headlines.
    """
    readers = {(a.model, a.type): (f"{a.blind:.1f}", format_interval(a.above)) for a in above}
    known = {(a.model, a.type): (format_interval(a.not_known), _when_answered(a)) for a in abstentions}
    rows = []
    for f in figures:
        if f.character == ALL:
            place, none = (f.model, f.type), ("", "")
            shown = (*known.get(place, none), _both(chance[place]), *readers.get(place, none))
            rows.append((*place, f.score.rows, *_cells(f), *shown, *_counts(f), _bounds(bounds, f)))
    optional = (*_ABSTENTIONS, *_READERS, BOUNDS_HEAD)
    head = ("model", "type", "rows", *_SCORES, *_ABSTENTIONS, "chance % (score, accuracy)", *_READERS, *_COUNTS, BOUNDS_HEAD)
    return without_empty_columns(Table("Self report, by method and type", head, tuple(rows)), optional)


def character_table(figures: Sequence[GroupScore], bounds: BoundsColumn) -> Table:
    """Returns the table by character, method and type."""
    rows = tuple(
        (f.character, f.model, f.type, f.score.rows, *_cells(f), *_counts(f), _bounds(bounds, f))
        for f in figures
        if f.character != ALL
    )
    head = ("character", "model", "type", "rows", *_SCORES, *_COUNTS, BOUNDS_HEAD)
    return without_empty_columns(Table("Self report, by character", head, rows, detail=True), (BOUNDS_HEAD,))


def _cells(f: GroupScore) -> tuple[str, str]:
    return format_interval(f.score), format_interval(f.accuracy)


def _counts(f: GroupScore) -> tuple[int, int]:
    return f.unparseable, f.missing


def _when_answered(found: Abstentions) -> str:
    return format_interval(found.accuracy) if found.accuracy else "-"


def _both(guess: ChanceLevel) -> str:
    both = [f"{guess.score:.1f}", f"{guess.accuracy:.1f}"]
    return ", ".join(dict.fromkeys(both))


def _bounds(bounds: BoundsColumn, f: GroupScore) -> str:
    return bounds.cell(f.model, f.type, f.character, named=("accuracy", ABOVE_READERS))
