"""Measures of a character's answers to the personality test: function scores, tau-b, acquiescence and percentage of yes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.experiments.personality.rank_correlation import Tau, function_scores, tau_b, tau_ceiling
from human_simulacra.results.summary import Row
from human_simulacra.types import FUNCTIONS

NEITHER = "neither"  # the answer of an unparseable reply


def rows_by_character(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Returns the answered rows of each character with at least one answered statement."""
    result: dict[str, list[Row]] = {}
    for row in rows:
        if not row["missing"]:
            result.setdefault(row["character"], []).append(row)
    return {character: own for character, own in result.items() if any(row["type"] == "statement" for row in own)}


def measured_scores(rows: Sequence[Row]) -> dict[str, float]:
    """Returns the function scores of one character's rows, from the parsed replies."""
    return function_scores(known_answers(rows), FUNCTIONS)


def character_tau(rows: Sequence[Row]) -> Tau:
    """Returns tau-b between one character's measured and assigned order."""
    return tau_b(list(rows[0]["assigned"]), measured_scores(rows))


def character_ceiling(rows: Sequence[Row]) -> float:
    """Returns the highest tau-b that replies to one character's statements can reach."""
    return tau_ceiling(known_answers(rows), FUNCTIONS)


def known_answers(rows: Sequence[Row]) -> list[tuple[str, int, bool]]:
    """Returns (function, rank, whether yes) of every parsed reply to a statement of the test."""
    asked = [row for row in rows if row["type"] == "statement" and not row["missing"] and row["said"] != NEITHER]
    return [(row["function"], row["rank"], row["said"] == "yes") for row in asked]


@dataclass(frozen=True)
class PairShares:
    """Shares of the pairs of contradictory statements, 0 to 1, with yes to both and with no to both; `pairs` is their number."""

    yes: float
    no: float
    pairs: int

    @property
    def acquiescence(self) -> float:
        """Yes to both minus no to both, -1 to 1."""
        return self.yes - self.no


def pair_shares(rows: Sequence[Row]) -> PairShares | None:
    """Returns the shares over pairs with two parsed replies; None if there are none."""
    pairs: dict[tuple[str, str, int], list[str]] = {}
    for row in rows:
        if row["type"] == "acquiescence" and not row["missing"]:
            pairs.setdefault((row.get("model", ""), row["character"], row["pair"]), []).append(row["said"])
    whole = [said for said in pairs.values() if len(said) == 2 and NEITHER not in said]
    if not whole:
        return None
    return PairShares(*(sum(said == [word, word] for said in whole) / len(whole) for word in ("yes", "no")), pairs=len(whole))


def yes_percent(rows: Sequence[Row]) -> float:
    """Returns the percentage of yes among parsed replies; NaN if there are none."""
    said = [row["said"] for row in rows if not row["missing"] and row["said"] != NEITHER]
    return 100.0 * said.count("yes") / len(said) if said else math.nan


def count_unparseable(rows: Sequence[Row]) -> int:
    """Returns how many replies are neither yes nor no."""
    return sum(not row["missing"] and row["said"] == NEITHER for row in rows)


def mean_chance_error(taus: Sequence[Tau]) -> float:
    """Returns the standard error by chance of the mean of independent taus, ignoring NaN; NaN if there are none."""
    errors = [tau.standard_error for tau in taus if not math.isnan(tau.standard_error)]
    return math.hypot(*errors) / len(errors) if errors else math.nan
