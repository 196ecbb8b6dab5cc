"""Bounds of a figure over everything that its unparseable and missing rows could have been (Manski 2003).

Replies go missing for reasons: a weak model rambles, a filter refuses a hard question. So they are not assumed to be like the
others. Instead, each counts as right and as wrong in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from human_simulacra.results.summary import ALL, Bounds, Headline, Summary

BOUNDS_HEAD = "bounds"
OUTSIDE = "figure outside its bounds"
ROUNDING = 1e-6


def rate_bounds(value: float, points: float, full: float, unknown: float) -> Bounds:
    """Returns the bounds of 100 * points / full if the points of some rows are unknown.

    Args:
        value: The figure in percent, however it treats these rows.
        points: Points of the known rows.
        full: Maximum points of the known rows.
        unknown: Maximum points of the unknown rows; each has between 0 and its maximum.
    """
    whole = full + unknown
    if not unknown or not whole:
        return Bounds(value, value)
    return Bounds(100.0 * points / whole, 100.0 * (points + unknown) / whole)


class BoundsColumn:
    """The column of a table that shows bounds, only where they differ from the figure, and which figures they leave open.

    Args:
        headlines: The figures of the table.
        references: For each model, the one that knows nothing of its character (`controls.find_reference_models`).
    """

    def __init__(self, headlines: Sequence[Headline], references: Mapping[str, str]) -> None:
        self._headlines = {(h.model, h.of, h.character, h.measure): h for h in headlines if h.bounds}
        self._references = references

    def cell(self, model: str, of: str = ALL, character: str = ALL, named: Sequence[str] = ()) -> str:
        """Returns the bounds of a line's figures; empty if no reply is missing.

        Args:
            model: The line's model.
            of: The rows that the line is computed from.
            character: The line's character.
            named: The measures shown with their names; the first of a line needs none. Equal bounds are shown once.
        """
        parts: dict[str, str] = {}
        for (*place, measure), headline in self._headlines.items():
            if place == [model, of, character]:
                places = 1 if headline.unit == "%" else 2
                bounds, against = headline.bounds, self.crossed(headline)
                shown = f"{bounds.low:.{places}f} to {bounds.high:.{places}f}" if bounds and _differ(headline) else ""
                remarks = OUTSIDE if _outside(headline) else "", f"crosses {against}" if against else ""
                text = ", ".join(filter(None, (shown, *remarks)))
                if text:
                    parts.setdefault(text, f"{measure} {text}" if measure in named else text)
        return "; ".join(parts.values())

    def crossed(self, headline: Headline) -> str:
        """Returns the reference model from which a figure cannot be told apart, whatever is missing; empty if there is none."""
        against = self._references.get(headline.model, "")
        other = self._headlines.get((against, headline.of, headline.character, headline.measure))
        if not headline.bounds or not other or not other.bounds or not (_differ(headline) or _differ(other)):
            return ""
        return against if headline.bounds.low <= other.bounds.high and other.bounds.low <= headline.bounds.high else ""


def with_bounds_caveats(summary: Summary, references: Mapping[str, str]) -> Summary:
    """Returns a summary in which a headline over all characters has a caveat if its bounds leave it open.

    They do if they cross those of its reference model, or do not hold the figure itself.

    Args:
        summary: The summary of one experiment.
        references: See `BoundsColumn`.
    """
    column = BoundsColumn(summary.headlines, references)

    def caveat(headline: Headline) -> str:
        against = column.crossed(headline)
        found = headline.caveat, OUTSIDE if _outside(headline) else "", f"bounds cross {against}" if against else ""
        return "; ".join(filter(None, found))

    headlines = tuple(replace(h, caveat=caveat(h)) if h.character == ALL else h for h in summary.headlines)
    return replace(summary, headlines=headlines)


def _outside(headline: Headline) -> bool:
    """Returns whether a figure lies outside its bounds, as one can that leaves known replies out for want of another reply."""
    bounds, value = headline.bounds, headline.estimate.value
    return bounds is not None and not bounds.low - ROUNDING <= value <= bounds.high + ROUNDING


def _differ(headline: Headline) -> bool:
    return headline.bounds is not None and headline.bounds.low < headline.bounds.high
