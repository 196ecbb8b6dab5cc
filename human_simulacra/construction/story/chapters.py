"""The rows of a finished story: chapters of the outline, or by phase of life where there is none."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.story.outline import Outline
from human_simulacra.construction.story.story_state import DraftParagraph, paragraph_id
from human_simulacra.life_dates import possible_ages
from human_simulacra.types import Paragraph

# The age at which a phase begins, and its title.
PHASES = (
    (0, "Early years"), (6, "Childhood"), (13, "Youth"), (18, "Setting out"), (25, "Late twenties"), (30, "Thirties"),
    (40, "Forties"), (50, "Fifties"), (60, "Later years"),
)  # fmt: skip
UNDATED = "Life"


def build_rows(life: Lifetime, pieces: Sequence[DraftParagraph], outline: Outline | None) -> list[Paragraph]:
    """Returns the rows of `story.jsonl` for the written paragraphs, in order.

    Without an outline, a paragraph without a date, or one that looks back, belongs to the chapter before it, and is undated.
    """
    written = [piece for piece in pieces if piece.text]
    if outline is not None:
        spans = [(c.title, c.first_year, c.last_year) for c in outline.chapters]
        present = sorted({piece.chapter for piece in written})
        return [
            _row(life, n, piece, present.index(piece.chapter) + 1, *spans[piece.chapter - 1])
            for n, piece in enumerate(written, 1)
        ]
    phases = _phases(life, written)
    order = sorted(set(phases))
    years = {phase: [p.year for p, other in zip(written, phases, strict=True) if other == phase and p.year] for phase in order}
    rows = []
    for number, (piece, phase) in enumerate(zip(written, phases, strict=True), 1):
        # Years that a paragraph looks back to do not widen its chapter.
        inside = [year for year in years[phase] if _phase(year - life.born.year) == phase]
        title = PHASES[phase][1] if any(years.values()) else UNDATED
        first, last = (min(inside), max(inside)) if inside else (0, 0)
        if piece.year and not first <= piece.year <= last:
            piece = DraftParagraph(piece.text, piece.place)
        rows.append(_row(life, number, piece, order.index(phase) + 1, title, first, last))
    return rows


def _row(life: Lifetime, number: int, piece: DraftParagraph, index: int, title: str, first: int, last: int) -> Paragraph:
    cid, year, month = life.character.id, piece.year, piece.month
    row = Paragraph(paragraph_id(cid, number), cid, title, index, first, last, number, piece.text)
    if year is None:
        return row
    if month is not None and (not 1 <= month <= 12 or (year, month) > (life.today.year, life.today.month)):
        month = None
    age = min(possible_ages(life.born, year, month)[-1], life.character.age)
    return replace(row, year=year, month=month, end_year=year, end_month=month, age=age)


def _phases(life: Lifetime, written: Sequence[DraftParagraph]) -> list[int]:
    """Returns the phase of every paragraph; those before the first date get the phase of that date."""
    years = [piece.year for piece in written]
    latest = next((year for year in years if year), life.born.year)
    phases = []
    for year in years:
        latest = max(latest, year or latest)
        phases.append(_phase(latest - life.born.year))
    return phases


def _phase(age: int) -> int:
    return bisect.bisect_right([start for start, _ in PHASES], age) - 1
