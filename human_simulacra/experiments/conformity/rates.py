"""Conformity and error rates with intervals, and errors by trial, from scored conformity trials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from human_simulacra.results.missing_bounds import rate_bounds
from human_simulacra.results.scored_rows import ScoredRow
from human_simulacra.results.summary import ALL, Bounds, Row
from human_simulacra.statistics import Estimate, cluster_interval, difference_interval

PRESSURE, CONTROL = "pressure", "control"


@dataclass(frozen=True)
class ConformityRates:
    """The rates, in percent, of one model in one variant for one character or all; a rate without parsed replies is None.

    `critical` and `neutral` are error rates by condition, `beyond_control` is the critical error rate under pressure minus that
    of the same trials in the control, with the same weight for every character, as for the distance from people. `yielded`
    counts the conversations under pressure with at least one answer of the wrong majority. `bounds` are those of `conformity`
    and both `critical` rates. `by_character` has each character's (errors under pressure, errors in the control, trials) on the
    critical trials with parsed replies in both.
    """

    model: str
    variant: str
    character: str
    conformity: Estimate | None
    beyond_control: Estimate | None
    independence: Estimate | None
    critical: dict[str, Estimate | None]
    neutral: dict[str, Estimate | None]
    yielded: int
    conversations: int
    unparseable: dict[str, int]
    missing: dict[str, int]
    bounds: dict[str, Bounds] = field(default_factory=dict)
    by_character: tuple[tuple[int, int, int], ...] = field(default=())


def conformity_rates(rows: Sequence[Row]) -> list[ConformityRates]:
    """Returns the rates of every model, over all variants (and each if there are several), of all characters and each."""
    found = []
    for model in distinct_values(rows, "model"):
        own = [row for row in rows if row["model"] == model]
        for variant in variant_groups(own):
            asked = [row for row in own if variant in (ALL, row["variant"])]
            for character in [ALL, *distinct_values(asked, "character")]:
                found.append(_rates(model, variant, character, [r for r in asked if character in (ALL, r["character"])]))
    return found


def variant_groups(rows: Sequence[Row]) -> list[str]:
    """Returns `all`, followed by each variant if there are several."""
    several = distinct_values(rows, "variant")
    return [ALL, *several] if len(several) > 1 else [ALL]


def errors_by_trial(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yields errors and conforming answers by trial in percent (None without a parsed reply).

    There is one curve for every model, variant and condition, for all characters and each.
    """
    for model in distinct_values(rows, "model"):
        for variant in distinct_values(rows, "variant"):
            for condition in (PRESSURE, CONTROL):
                asked = [r for r in rows if (r["model"], r["variant"], r["type"]) == (model, variant, condition)]
                for character in [ALL, *distinct_values(asked, "character")] if asked else []:
                    own = [row for row in asked if character in (ALL, row["character"])]
                    yield {"model": model, "variant": variant, "condition": condition, "character": character,
                           "trials": list(_curve(own))}  # fmt: skip


def critical_trials(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Returns the (pressure, control) rows of each critical trial of a character."""
    conditions: dict[str, dict[tuple, Row]] = {PRESSURE: {}, CONTROL: {}}
    for row in rows:
        if row["critical"]:
            # A duplicate of a row replaces the earlier one, in both conditions.
            key = tuple(row.get(name) for name in ("model", "dataset", "variant", "character", "set", "trial"))
            conditions[row["type"]][key] = row
    return [(row, conditions[CONTROL][key]) for key, row in conditions[PRESSURE].items() if key in conditions[CONTROL]]


def paired_trials(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Returns the critical trials with parsed replies in both conditions."""
    return [pair for pair in critical_trials(rows) if len(parsed_rows(pair)) == 2]


def parsed_rows(rows: Iterable[Row]) -> list[Row]:
    """Returns the rows whose reply names one option."""
    return [row for row in rows if not row["missing"] and row["parsed"]]


def distinct_values(rows: Iterable[Row], column: str) -> list[str]:
    """Returns a column's values in order of appearance."""
    return list(dict.fromkeys(row[column] for row in rows))


def error_rate(rows: Iterable[Row], condition: str, critical: bool) -> Estimate | None:
    """Returns the error rate in percent among the parsed replies of one condition and kind of trial."""
    return _share([row for row in parsed_rows(rows) if row["type"] == condition and row["critical"] == critical], "error")


def conformity_rate(rows: Iterable[Row]) -> Estimate | None:
    """Returns the rate of the majority's errors under pressure minus the rate of the same errors on the same trials alone.

    In percentage points, -100 to 100. The difference is not truncated at 0, so that its mean is 0 for random answers.
    """
    both = paired_trials(rows)
    return _beyond_control(both, "conformed", [1.0] * len(both))


def conformity_by_trial(rows: Sequence[Row]) -> list[ScoredRow]:
    """Returns the trials that `conformity_rate` counts, with 1, 0 or -1 point each, to compare models on the same trials."""
    variants = len(distinct_values(rows, "variant"))
    return [
        ScoredRow(
            pressed["model"], "/".join(str(pressed.get(name)) for name in ("dataset", "variant", "character", "set", "trial")),
            pressed["character"], pressed["variant"] if variants > 1 else ALL,
            float(pressed["conformed"]) - float(alone["conformed"]), 1.0,
        )
        for pressed, alone in paired_trials(rows)
    ]  # fmt: skip


def _beyond_control(both: Sequence[tuple[Row, Row]], column: str, weights: Sequence[float]) -> Estimate | None:
    if not both:
        return None
    pressed, alone = ([weight * pair[i][column] for pair, weight in zip(both, weights, strict=True)] for i in (0, 1))
    return difference_interval(pressed, alone, weights, [pair[0]["character"] for pair in both])


def conformity_bounds(rows: Iterable[Row]) -> Bounds:
    """Returns the bounds of `conformity_rate`: an unparseable or missing reply may follow the majority or not."""
    pairs = critical_trials(rows)
    replies = [row for pair in pairs for row in pair]
    known = sum(sign * pair[i]["conformed"] for pair in pairs for i, sign in ((0, 1), (1, -1)) if parsed_rows([pair[i]]))
    unknown = {c: sum(row["type"] == c for row in replies) - len([r for r in parsed_rows(replies) if r["type"] == c])
               for c in (PRESSURE, CONTROL)}  # fmt: skip
    return Bounds(100.0 * (known - unknown[CONTROL]) / len(pairs), 100.0 * (known + unknown[PRESSURE]) / len(pairs))


def _error_bounds(rows: Sequence[Row], condition: str, rate: Estimate) -> Bounds:
    asked = [row for row in rows if row["type"] == condition and row["critical"]]
    known = parsed_rows(asked)
    return rate_bounds(rate.value, sum(row["error"] for row in known), len(known), len(asked) - len(known))


def _rates(model: str, variant: str, character: str, rows: Sequence[Row]) -> ConformityRates:
    both = paired_trials(rows)
    right_alone = [pressed for pressed, alone in both if not alone["error"]]
    held = [{**row, "held": not row["error"]} for row in right_alone]
    pressed = [row for row in parsed_rows(rows) if row["type"] == PRESSURE and row["critical"]]
    errors: dict[str, list[tuple[bool, bool]]] = {}
    for under, alone in both:
        errors.setdefault(under["character"], []).append((under["error"], alone["error"]))
    yielded: dict[tuple, bool] = {}
    for row in pressed:
        conversation = (row.get("dataset"), row["conversation"])
        yielded[conversation] = yielded.get(conversation, False) or row["conformed"]
    # The characters' weights are equal: less for each trial of those with more trials.
    weights = [len(both) / len(errors) / len(errors[under["character"]]) for under, _ in both]
    critical = {c: error_rate(rows, c, True) for c in (PRESSURE, CONTROL)}
    bounds = {c: _error_bounds(rows, c, rate) for c, rate in critical.items() if rate}
    if conformity := conformity_rate(rows):
        bounds["conformity"] = conformity_bounds(rows)
    return ConformityRates(
        model, variant, character, conformity, _beyond_control(both, "error", weights), _share(held, "held"),
        critical, {c: error_rate(rows, c, False) for c in (PRESSURE, CONTROL)},
        sum(yielded.values()), len(yielded),
        {c: sum(r["type"] == c and not r["missing"] and not r["parsed"] for r in rows) for c in (PRESSURE, CONTROL)},
        {c: sum(r["type"] == c and r["missing"] for r in rows) for c in (PRESSURE, CONTROL)},
        bounds, tuple((sum(under for under, _ in own), sum(alone for _, alone in own), len(own)) for own in errors.values()),
    )  # fmt: skip


def _share(rows: Sequence[Row], column: str) -> Estimate | None:
    if not rows:
        return None
    return cluster_interval([float(row[column]) for row in rows], [1.0] * len(rows), [row["character"] for row in rows])


def _curve(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for trial in sorted({row["trial"] for row in rows}):
        asked = [row for row in rows if row["trial"] == trial]
        known = parsed_rows(asked)
        percent = {c: 100.0 * sum(row[c] for row in known) / len(known) if known else None for c in ("error", "conformed")}
        yield {"trial": trial, "critical": asked[0]["critical"], **percent}
