"""Chapters of a finished story: titles by phase of life, years by the dates in the text."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.types import Paragraph
from human_simulacra.validation.consistency_checks import FORECAST_YEARS
from human_simulacra.validation.years_and_ages import years

# The age at which a phase begins, and its title.
PHASES = (
    (0, "Early years"), (6, "Childhood"), (13, "Youth"), (18, "Setting out"), (25, "Late twenties"), (30, "Thirties"),
    (40, "Forties"), (50, "Fifties"), (60, "Later years"),
)  # fmt: skip
UNDATED = "Life"


def build_rows(life: Lifetime, texts: Sequence[str]) -> list[Paragraph]:
    """Returns the rows of `story.jsonl` for the paragraphs in order.

    A paragraph without a date, or with one that looks back, belongs to the chapter before it. A chapter's years are those of
    its dates and ages, 0 if there are none.
    """
    anchors = _anchors(life, texts)
    phases = _phases(life, anchors, len(texts))
    spans = {}
    for phase in sorted(set(phases)):
        members = [place for place, other in enumerate(phases) if other == phase]
        spans[phase] = _span(life, [texts[i] for i in members], [anchors[i] for i in members if i in anchors])
    order = list(spans)
    cid = life.character.id
    rows = []
    for place, (text, phase) in enumerate(zip(texts, phases, strict=True), 1):
        title = PHASES[phase][1] if anchors else UNDATED
        first, last = spans[phase]
        rows.append(Paragraph(f"{cid}-s{place:03d}", cid, title, order.index(phase) + 1, first, last, place, text))
    return rows


def _anchors(life: Lifetime, texts: Sequence[str]) -> dict[int, int]:
    """Returns the year of each dated paragraph that is in chronological order, by index.

    Paragraphs that look back or ahead are left out: the result is the longest non-decreasing subsequence of years.
    """
    dated = [(place, found[0]) for place, text in enumerate(texts) if (found := life.lived_years(text))]
    ends: list[int] = []  # the lowest year in which a subsequence of each length can end, and its index
    at: list[int] = []
    previous: list[int] = []
    for number, (_, year) in enumerate(dated):
        length = bisect.bisect_right(ends, year)
        previous.append(at[length - 1] if length else -1)
        ends[length:] = [year, *ends[length + 1 :]]
        at[length:] = [number, *at[length + 1 :]]
    chain, number = {}, at[-1] if at else -1
    while number >= 0:
        chain[dated[number][0]] = dated[number][1]
        number = previous[number]
    return chain


def _phases(life: Lifetime, anchors: dict[int, int], count: int) -> list[int]:
    """Returns the phase of every paragraph; those before the first date get the phase of that date."""
    current = _phase(anchors[min(anchors)] - life.born.year) if anchors else 0
    phases = []
    for place in range(count):
        if place in anchors:
            current = _phase(anchors[place] - life.born.year)
        phases.append(current)
    return phases


def _phase(age: int) -> int:
    return bisect.bisect_right([start for start, _ in PHASES], age) - 1


def _span(life: Lifetime, texts: Sequence[str], anchors: Sequence[int]) -> tuple[int, int]:
    stated = [year for text in texts for year in life.stated_years(text)]
    if not anchors and not stated:
        return 0, 0
    # Years that a text looks back to do not widen its chapter; later ones do, plans included.
    ahead = [y for text in texts for y in years(text) if y < life.today.year + FORECAST_YEARS]
    first = min([*anchors, *stated])
    return first, max([*anchors, *stated, *ahead])
