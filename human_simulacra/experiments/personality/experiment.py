"""The personality test: the order of a character's eight functions from yes/no answers, and acquiescence beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from human_simulacra.experiments.personality.order_correlation import Tau, function_sums, measured_order, ranks, tau_b
from human_simulacra.replies.yes_no import parse_yes_no
from human_simulacra.results.answering_agreement import agreement_table, agreements, answering
from human_simulacra.results.summary import Headline, Row, Summary, Table
from human_simulacra.results.tables import interval
from human_simulacra.statistics import Estimate, cluster_bootstrap
from human_simulacra.types import FUNCTIONS

UNREADABLE = "neither"
HEAD = (
    "model",
    "answering",
    "characters",
    "without order",
    "tau-b [95 %]",
    "error by chance",
    "acquiescence [95 %]",
    "yes %",
    "unreadable",
    "missing",
)
CHARACTER_HEAD = (
    "model",
    "character",
    "assigned order",
    "measured order",
    "tau-b",
    "error by chance",
    "acquiescence",
    "unreadable",
)
NOTES = (
    "Tau-b compares the order of a character's functions by its answers with the assigned one (1 the same, 0 "
    "chance, -1 reversed); `error by chance` is its standard error if the answers had nothing to do with the character.",
    "Without order: characters whose functions all have the same sum, as where every answer is yes; they have no tau and enter "
    "no mean.",
    "Acquiescence: of statements in pairs that contradict each other, the share with yes to both less the share with no to "
    "both (1 always yes, -1 always no, 0 balanced). Method none has no character of its own and is held against the row's.",
)  # fmt: skip


class Personality:
    """The paper's eight-function test; a row is a statement put to a character, or one of a reverse-keyed pair."""

    name = "personality"

    def mark(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Marks a reply: `said` is `yes`, `no` or `neither`."""
        return {"said": parse_yes_no(reply or "") or UNREADABLE}

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns the mean tau-b over characters with an order, the acquiescence index, percent of yes, and counts.

        The counts are of characters without an order and of unreadable and missing rows. Tau-b is 0 where no character has one.
        """
        every = [measure(own).tau for own in by_character(rows).values()]
        taus = [tau for tau in every if not math.isnan(tau)]
        index = acquiescence(rows)
        return {
            "tau": sum(taus) / len(taus) if taus else 0.0,
            "without_order": len(every) - len(taus),
            "acquiescence": 0.0 if index is None else index,
            "yes": yes_share(rows),
            "unreadable": unreadable(rows),
            "missing": sum(row["missing"] for row in rows),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Makes figures by method and by character, and data for the radar charts."""
        headlines: list[Headline] = []
        overall, single = [], []
        data: dict[str, Any] = {"radar": [], "tau": [], "acquiescence": []}
        for model in dict.fromkeys(row["model"] for row in rows):
            own = [row for row in rows if row["model"] == model]
            people = by_character(own)
            taus = {character: measure(theirs) for character, theirs in people.items()}
            indices = {character: acquiescence(theirs) for character, theirs in people.items()}
            for character, theirs in people.items():
                tau, index, sums = taus[character], indices[character], sums_of(theirs)
                order = list(theirs[0]["assigned"])
                entry = {"model": model, "character": character}
                data["radar"].append({
                    **entry, "functions": list(FUNCTIONS), "assigned": [len(order) - order.index(f) for f in FUNCTIONS],
                    "measured": [len(order) + 1 - rank for rank in ranks(sums, FUNCTIONS)], "sums": [sums[f] for f in FUNCTIONS],
                })  # fmt: skip
                data["tau"].append({**entry, **asdict(tau), "rows": len(theirs), "answering": answering(theirs)})
                data["acquiescence"].append({**entry, "index": index})
                if not math.isnan(tau.tau):
                    headlines.append(Headline(model, "tau", _alone(tau.tau, len(theirs)), "tau-b", character))
                shown = "" if index is None else f"{index:.2f}"
                single.append((
                    model, character, " > ".join(order), measured_order(sums, FUNCTIONS), _number(tau.tau),
                    _number(tau.standard_error), shown, unreadable(theirs),
                ))  # fmt: skip
            if not people:
                continue
            ordered = {c: tau.tau for c, tau in taus.items() if not math.isnan(tau.tau)}
            mean = _over_characters(ordered, sum(len(people[c]) for c in ordered)) if ordered else None
            if mean is not None:
                headlines.append(Headline(model, "tau", mean, "tau-b"))
            known = {c: index for c, index in indices.items() if index is not None}
            yes_bias = _over_characters(known, len(own)) if known else None
            if yes_bias is not None:
                headlines.append(Headline(model, "acquiescence", yes_bias, "index", better=""))
            missing = sum(row["missing"] for row in own)
            overall.append((
                model, answering(own), len(people), len(people) - len(ordered), "" if mean is None else interval(mean, places=2),
                _number(chance_of_mean(list(taus.values()))),
                "" if yes_bias is None else interval(yes_bias, places=2), f"{yes_share(own):.0f}", unreadable(own), missing,
            ))  # fmt: skip
        twins = agreements([*rows], lambda row: [] if row["said"] == UNREADABLE else [row["said"]], lambda row: 0)
        data["agreement"] = [asdict(twin) for twin in twins]
        tables = (
            Table("Personality test, by method", HEAD, tuple(overall)),
            agreement_table(twins),
            Table("Personality test, by character", CHARACTER_HEAD, tuple(single), detail=True),
        )
        return Summary(self.name, "Personality test", tuple(headlines), tables, data, NOTES)


def by_character(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Returns the rows of each character that answered at least one statement; missing rows are left out."""
    result: dict[str, list[Row]] = {}
    for row in rows:
        if not row["missing"]:
            result.setdefault(row["character"], []).append(row)
    return {character: own for character, own in result.items() if any(row["type"] == "statement" for row in own)}


def sums_of(rows: Sequence[Row]) -> dict[str, int]:
    """Returns the function sums of one character's rows; a reply that is neither yes nor no adds nothing."""
    agreed = [(row["function"], row["rank"]) for row in rows if row["type"] == "statement" and row["said"] == "yes"]
    return function_sums(agreed, FUNCTIONS)


def measure(rows: Sequence[Row]) -> Tau:
    """Returns tau-b of one character's rows against the order that its profile assigns."""
    return tau_b(list(rows[0]["assigned"]), sums_of(rows))


def acquiescence(rows: Sequence[Row]) -> float | None:
    """Returns the share of reverse-keyed pairs with yes to both less the share with no to both, from -1 to 1.

    Only pairs with two readable replies count; None where there is none.
    """
    pairs: dict[tuple[str, str, int], list[str]] = {}
    for row in rows:
        if row["type"] == "acquiescence" and not row["missing"]:
            pairs.setdefault((row.get("model", ""), row["character"], row["pair"]), []).append(row["said"])
    whole = [said for said in pairs.values() if len(said) == 2 and UNREADABLE not in said]
    if not whole:
        return None
    return (sum(said == ["yes", "yes"] for said in whole) - sum(said == ["no", "no"] for said in whole)) / len(whole)


def yes_share(rows: Sequence[Row]) -> float:
    """Returns the percentage of yes among readable replies; 0 where there is none."""
    said = [row["said"] for row in rows if not row["missing"] and row["said"] != UNREADABLE]
    return 100.0 * said.count("yes") / len(said) if said else 0.0


def unreadable(rows: Sequence[Row]) -> int:
    """Returns how many replies are neither yes nor no."""
    return sum(not row["missing"] and row["said"] == UNREADABLE for row in rows)


def chance_of_mean(taus: Sequence[Tau]) -> float:
    """Returns the standard error by chance of the mean of the independent taus that have one; NaN where none has."""
    errors = [tau.standard_error for tau in taus if not math.isnan(tau.standard_error)]
    return math.hypot(*errors) / len(errors) if errors else math.nan


def _over_characters(values: Mapping[str, float], rows: int) -> Estimate:
    """Returns the mean over characters with its bootstrap interval, on the values' own scale; `rows` is what they rest on."""
    percent = cluster_bootstrap(list(values.values()), [1.0] * len(values), list(values))
    scaled = {name: getattr(percent, name) / 100 for name in ("value", "low", "high")}
    return replace(percent, **scaled, rows=rows)


def _alone(value: float, rows: int) -> Estimate:
    return Estimate(value, math.nan, math.nan, rows)


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"
