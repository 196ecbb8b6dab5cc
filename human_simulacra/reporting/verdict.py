"""What a run shows, in one sentence for its report: which methods differ from the control, or why nothing can be concluded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from human_simulacra.results.primary_comparisons import LEVEL
from human_simulacra.results.tables import format_p

MOST_NAMED = 3


def describe_verdict(primary: Mapping[str, Any] | None) -> str:
    """Returns the verdict of a run in one line; see `describe_findings` for the argument."""
    return " ".join(describe_findings(primary))


def describe_findings(primary: Mapping[str, Any] | None) -> list[str]:
    """Returns the verdict of a run: a sentence for each of the largest differences, or one that says why there is none.

    Args:
        primary: The saved summary of its primary comparisons (`summary/primary.json`); None if it has none.
    """
    compared = (primary or {}).get("data", {}).get("comparisons", ())
    if not compared:
        return ["Nothing can be concluded: the run compares no method with a control."]
    found = [one for one in compared if one["p_holm"] is not None]  # with one character there is no p
    characters, tests = max(one["characters"] for one in compared), len(found or compared)
    if tests * 2 / 2**characters >= LEVEL:  # the smallest p that Holm's correction can give
        least = math.floor(math.log2(tests * 2 / LEVEL)) + 1
        few = f"with {_counted(characters, 'character')} and {_counted(tests, 'comparison')}"
        return [f"Nothing can be concluded {few}: take at least {least} characters."]
    apart = sorted((one for one in found if one["p_holm"] < LEVEL), key=lambda one: -abs(one["difference"]["value"]))
    if not apart:
        smallest = format_p(min(one["p_holm"] for one in found))
        return [f"No method differs from its control beyond chance: the smallest p is {smallest}, over {characters} characters."]
    named = [f"{_sentence(one)}." for one in apart[:MOST_NAMED]]
    more = len(apart) - MOST_NAMED
    return [*named, f"{more} more differ from their control."] if more > 0 else named


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _sentence(one: Mapping[str, Any]) -> str:
    difference, places = one["difference"], 1 if one["unit"] == "%" else 2
    unit = " points" if one["unit"] == "%" else f" {one['unit']}" if one["unit"] else ""
    side = "above" if difference["value"] > 0 else "below"
    interval = f"[{difference['low']:+.{places}f}, {difference['high']:+.{places}f}]"
    p = format_p(one["p_holm"])
    tested = f"p {p if p.startswith('<') else f'= {p}'}, over {one['characters']} characters"
    apart = f"{abs(difference['value']):.{places}f}{unit} {side} {one['second']} in {str(one['experiment']).replace('_', ' ')}"
    return f"{one['first']} is {apart} {interval}, {tested}" + (f"; {one['caveat']}" if one["caveat"] else "")
