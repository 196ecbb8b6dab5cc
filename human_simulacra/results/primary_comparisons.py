"""The primary comparisons of a run: every method against a control on each experiment's headline, one family of tests.

Holm's correction runs over the whole family. So a run in which nothing differs shows a corrected p below 0.05 with a probability
of at most 5 %, however many methods and experiments it has and however they are correlated. All other p values are exploratory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from human_simulacra.results.controls import CONTROL, find_controls
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import format_interval, format_number, format_p, without_empty_columns
from human_simulacra.schema import Names, Text
from human_simulacra.statistics import Comparison, holm_correction

NAME, TITLE = "primary", "Primary comparisons"
HEAD = ("experiment", "measure", "model", "against", "characters", "difference [95 %]", "p (Holm)", "dz", "rank-biserial",
        "remark")  # fmt: skip
LEVEL = 0.05


@dataclass(frozen=True)
class PrimaryPlan:
    """What a run declares as its primary comparisons.

    Args:
        against: The method of the controls, or the name of the model with which all others are compared.
        experiments: Names of experiments; None for all of the run.
    """

    against: Text = CONTROL
    experiments: Names | None = None


@dataclass(frozen=True)
class PrimaryComparison:
    """One test of the family; `p_holm` is its p with Holm's correction over the family, NaN if there is no test."""

    experiment: str
    title: str
    headline: Headline
    comparison: Comparison
    p_holm: float


def primary_comparisons(
    plan: PrimaryPlan, rows: Sequence[Row], summaries: Sequence[Summary], measures: Mapping[str, str]
) -> list[PrimaryComparison]:
    """Returns the family of tests of a run.

    Args:
        plan: What the run declares.
        rows: The scored rows of the run.
        summaries: The summaries of its experiments.
        measures: The headline measure of each experiment, by name.
    """
    controls = find_controls(rows, plan.against)
    tested: list[tuple[Summary, Headline, Comparison]] = []
    for summary in summaries:
        measure = measures[summary.experiment]
        if plan.experiments is not None and summary.experiment not in plan.experiments:
            continue
        headlines = {h.model: h for h in summary.headlines if h.measure == measure and h.of == h.character == ALL}
        for comparison in summary.comparisons.get(measure, ()):
            for turned in (comparison, comparison.reversed()):
                if turned.type == ALL and controls.get(turned.first) == turned.second:
                    tested.append((summary, headlines[turned.first], turned))
    corrected = holm_correction([comparison.p for *_, comparison in tested])
    return [
        PrimaryComparison(summary.experiment, summary.title, headline, comparison, p)
        for (summary, headline, comparison), p in zip(tested, corrected, strict=True)
    ]


def primary_summary(plan: PrimaryPlan, rows: Sequence[Row], summaries: Sequence[Summary], measures: Mapping[str, str]) -> Summary:
    """Returns the primary comparisons as the first summary of a run; see `primary_comparisons` for the arguments."""
    found = primary_comparisons(plan, rows, summaries, measures)
    table = without_empty_columns(Table(TITLE, HEAD, tuple(map(_line, found))), ("remark",))
    entries = [
        {"experiment": one.experiment, "measure": one.headline.measure, "unit": one.headline.unit, "p_holm": one.p_holm,
         "caveat": one.headline.caveat, **asdict(one.comparison)}
        for one in found
    ]  # fmt: skip
    data = {"plan": {"against": plan.against, "experiments": plan.experiments}, "comparisons": entries}
    notes = _notes(plan, found) if found else (_missing_note(plan, rows),)
    return Summary(NAME, TITLE, (), (table,), data, notes)


def _line(one: PrimaryComparison) -> tuple[Any, ...]:
    c, unit = one.comparison, one.headline.unit
    measure = one.headline.measure + ("" if unit in ("%", "") else f" ({unit})")
    difference = format_interval(c.difference, True, 1 if unit == "%" else 2)
    effects = format_p(one.p_holm), format_number(c.dz), format_number(c.rank_biserial)
    return (one.title, measure, c.first, c.second, c.characters, difference, *effects, one.headline.caveat)


def _notes(plan: PrimaryPlan, found: Sequence[PrimaryComparison]) -> tuple[str, ...]:
    tests = [one for one in found if not math.isnan(one.p_holm)]
    # Holm multiplies the smallest p by the number of tests.
    smallest = min((len(tests) * 2 / 2**one.comparison.characters for one in tests), default=math.nan)
    rule = (
        f"p (Holm) is corrected over the tests of this table ({len(tests)}), so a run without any difference shows one below "
        f"{LEVEL} with a probability of at most 5 %. Every other p of the run is uncorrected and exploratory."
    )
    if smallest < LEVEL:
        return (rule,)
    if not tests:
        return ("With one character there is no test: use more characters.",)
    few = f"With this many tests and characters no p (Holm) can fall below {min(smallest, 1.0):.2g}"
    return (rule, f"{few}: use more characters, or declare fewer primary experiments.")


def _missing_note(plan: PrimaryPlan, rows: Sequence[Row]) -> str:
    if find_controls(rows, plan.against):
        return f"There is no primary comparison: no character has an answer of a method and of its control '{plan.against}'."
    return (
        f"There is no primary comparison, since no model shares its backbone with one of the method '{plan.against}': add "
        f"dict(type=Simulacrum, method='{CONTROL}', llm=...) to the models, or name another control in "
        "summarizer=dict(..., primary=dict(against='none')). Every p of this run is uncorrected and exploratory."
    )
