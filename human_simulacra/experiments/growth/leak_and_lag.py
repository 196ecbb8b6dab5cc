"""Answers that are right at another time alone: leak (of a later time), lag (of an earlier one), and both by chance."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Literal

from human_simulacra.results.scored_rows import ScoredRow
from human_simulacra.results.summary import Row

Slip = Literal["leak", "lag"]
SLIPS: tuple[Slip, ...] = ("leak", "lag")
NOTE = (
    "Leak: of the answers where an option is right at a later time only, not now nor earlier, the share that names such an "
    "option. Lag: the same for earlier times. Unparseable replies are in neither. Chance: what naming one option at random "
    "reaches on the same rows; it is above 25 % where several times have keys of their own."
)


def other_options(row: Row, slip: Slip) -> set[int]:
    """Returns the options that are right at later times only (`leak`), or at earlier times only (`lag`)."""
    keys, place = row["keys"], row["place"]
    earlier, later = {*keys[:place]}, {*keys[place + 1 :]}
    return (later - earlier if slip == "leak" else earlier - later) - {keys[place]}


def slip_rows(rows: Sequence[Row], slip: Slip) -> list[ScoredRow]:
    """Returns the rows on which a model can leak (or lag), with a point for each that does.

    A reply that cannot be read names no time: it counts as missing, so that it is in the bounds, but not in the figure.

    Args:
        rows: Scored rows of the growth experiment.
        slip: `leak` or `lag`, the column that says whether the answer does.
    """
    return [
        ScoredRow(row["model"], row["id"], row["character"], row["type"], float(row[slip]), 1.0, correct=not row[slip],
                  missing=not _readable(row), run=row.get("run", 1))
        for row in rows if row[slip] is not None
    ]  # fmt: skip


def slip_percent(rows: Sequence[Row], slip: Slip) -> float | None:
    """Returns the percentage of readable answers that leak (or lag), of those that can; None if there is none."""
    found = [row[slip] for row in _able(rows, slip)]
    return 100.0 * mean(found) if found else None


def chance_percent(rows: Sequence[Row], slip: Slip) -> float | None:
    """Returns `slip_percent` as it is expected of one option named at random."""
    shares = [len(other_options(row, slip)) / len(row["options"]) for row in _able(rows, slip)]
    return 100.0 * mean(shares) if shares else None


def _able(rows: Sequence[Row], slip: Slip) -> list[Row]:
    return [row for row in rows if row[slip] is not None and _readable(row)]


def _readable(row: Row) -> bool:
    return row["parsed"] and not row["missing"]
