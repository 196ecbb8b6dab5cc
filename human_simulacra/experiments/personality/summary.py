"""Summary of the personality test: headlines, tables, notes and the data of the radar charts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from human_simulacra.experiments.personality import scores_by_character as scores
from human_simulacra.experiments.personality.rank_correlation import format_order, function_ranks
from human_simulacra.experiments.personality.tau_bounds import mean_bounds, tau_bounds
from human_simulacra.results.answering_agreement import answering_agreement_table, answering_mode, compare_answering
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.summary import Headline, Row, Summary, Table
from human_simulacra.results.tables import format_interval, without_empty_columns
from human_simulacra.statistics import Estimate, mean_interval
from human_simulacra.types import FUNCTIONS

NAME, TITLE = "personality", "Personality test"
LIMITS = (-1.0, 1.0)  # of tau-b and of the acquiescence index
HEAD = ("model", "answering", "characters", "without order", "tau-b (chance 0) [95 %]", "ceiling", "SE by chance",
        "acquiescence [95 %]", "yes %", "unparseable", "missing", BOUNDS_HEAD)  # fmt: skip
CHARACTER_HEAD = ("model", "character", "assigned order", "measured order", "tau-b", "ceiling", "SE by chance",
                  "acquiescence", "unparseable")  # fmt: skip
NOTES = (
    "Tau-b compares the measured order of a character's functions with the assigned one (1 the same, 0 chance, -1 reversed); "
    "`SE by chance` is its standard error if the measured order is random, `ceiling` the highest value that so few statements "
    "allow.",
    "Without order: characters whose functions all have the same score, for instance if every answer is yes or none can be "
    "read; they have no tau and are not in the mean.",
    "Acquiescence: of pairs of statements of which exactly one is true, the share with yes to both minus the share with no to "
    "both (1 always yes, -1 always no, 0 balanced). Method none has no character and is compared with the row's.",
)


def summarise_personality(rows: Sequence[Row]) -> Summary:
    """Computes tau-b and acquiescence by method and by character, and the data of the radar charts.

    Args:
        rows: Scored rows of all models.
    """
    headlines: list[Headline] = []
    overall, single = [], []
    data: dict[str, Any] = {"radar": [], "tau": [], "acquiescence": []}
    for model in dict.fromkeys(row["model"] for row in rows):
        own = [row for row in rows if row["model"] == model]
        people = scores.rows_by_character(own)
        taus = {character: scores.character_tau(theirs) for character, theirs in people.items()}
        ceilings = {character: scores.character_ceiling(theirs) for character, theirs in people.items()}
        asked = {c: [row for row in own if row["character"] == c] for c in dict.fromkeys(row["character"] for row in own)}
        possible = {c: (taus[c].tau if c in taus else math.nan, tau_bounds(rows)) for c, rows in asked.items()}
        pairs = {character: shares for character, theirs in people.items() if (shares := scores.pair_shares(theirs))}
        for character, theirs in people.items():
            tau, measured = taus[character], scores.measured_scores(theirs)
            index = pairs[character].acquiescence if character in pairs else None
            order = list(theirs[0]["assigned"])
            entry = {"model": model, "character": character}
            data["radar"].append({
                **entry, "functions": list(FUNCTIONS), "assigned": [len(order) - order.index(f) for f in FUNCTIONS],
                "measured": [len(order) + 1 - rank for rank in function_ranks(measured, FUNCTIONS)],
                "scores": [measured[f] for f in FUNCTIONS],
            })  # fmt: skip
            data["tau"].append(
                {**entry, **asdict(tau), "ceiling": ceilings[character], "rows": len(theirs), "answering": answering_mode(theirs)}
            )
            data["acquiescence"].append({**entry, "index": index})
            if not math.isnan(tau.tau):
                single_tau = Estimate(tau.tau, math.nan, math.nan, len(theirs))
                headlines.append(
                    Headline(model, "tau", single_tau, "tau-b", character, bounds=possible[character][1], limits=LIMITS)
                )
            shown = "" if index is None else f"{index:.2f}"
            single.append((
                model, character, " > ".join(order), format_order(measured, FUNCTIONS), _number(tau.tau),
                _number(ceilings[character]), _number(tau.standard_error), shown, scores.count_unparseable(theirs),
            ))  # fmt: skip
        if not people:
            continue
        ordered = {c: tau.tau for c, tau in taus.items() if not math.isnan(tau.tau)}
        mean = _over_characters(ordered, sum(len(people[c]) for c in ordered)) if ordered else None
        if mean is not None:
            headlines.append(Headline(model, "tau", mean, "tau-b", bounds=mean_bounds(mean.value, possible), limits=LIMITS))
        known = {c: shares.acquiescence for c, shares in pairs.items()}
        yes_bias = _over_characters(known, sum(shares.pairs for shares in pairs.values())) if known else None
        if yes_bias is not None:
            headlines.append(Headline(model, "acquiescence", yes_bias, "index", better="", limits=LIMITS))
        missing = sum(row["missing"] for row in own)
        overall.append((
            model, answering_mode(own), len(people), len(people) - len(ordered),
            "" if mean is None else format_interval(mean, places=2), _number(sum(ceilings.values()) / len(ceilings)),
            _number(scores.mean_chance_error(list(taus.values()))),
            "" if yes_bias is None else format_interval(yes_bias, places=2), _number(scores.yes_percent(own), 0),
            scores.count_unparseable(own), missing,
        ))  # fmt: skip
    agreed = compare_answering([*rows], lambda row: [] if row["said"] == scores.NEITHER else [row["said"]], lambda row: 0)
    data["agreement"] = [asdict(found) for found in agreed]
    bounds = BoundsColumn(headlines, find_reference_models(rows))
    lines = tuple((*line, bounds.cell(line[0])) for line in overall)
    tables = (
        without_empty_columns(Table("Personality test, by method", HEAD, lines), (BOUNDS_HEAD,)),
        answering_agreement_table(agreed),
        Table("Personality test, by character", CHARACTER_HEAD, tuple(single), detail=True),
    )
    return Summary(NAME, TITLE, tuple(headlines), tables, data, (*NOTES, *_pair_note(rows)))


def _over_characters(values: Mapping[str, float], rows: int) -> Estimate:
    """Returns the mean over characters, -1 to 1, with its interval; `rows` is the sample size."""
    return replace(mean_interval(list(values.values()), LIMITS), rows=rows)


def _pair_note(rows: Sequence[Row]) -> Iterator[str]:
    """Yields what the acquiescence index hides: both of its shares, by model."""
    parts = []
    for model in dict.fromkeys(row["model"] for row in rows):
        if shares := scores.pair_shares([row for row in rows if row["model"] == model]):
            parts.append(f"{model} {100 * shares.yes:.0f} and {100 * shares.no:.0f}")
    if parts:
        yield f"Yes to both and no to both statements of a pair, %: {'; '.join(parts)}."


def _number(value: float, places: int = 2) -> str:
    return "" if math.isnan(value) else f"{value:.{places}f}"
