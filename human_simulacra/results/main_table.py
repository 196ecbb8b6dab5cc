"""The table at the end of a run, which fits a terminal: a row for each method, with its main figure, p and cost."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from tabulate import MIN_PADDING, tabulate

from human_simulacra.amounts import format_money, format_tokens
from human_simulacra.results.answering_agreement import answering_suffix
from human_simulacra.results.summary import Summary, Table
from human_simulacra.results.tables import format_p
from human_simulacra.results.usage import Usage, model_cost

WIDTH, LEAST_NAME, MOST_FIGURE, HEAD = 80, 16, 26, 22

Usages = Mapping[str, Mapping[str, Usage]]


def main_table(
    summary: Summary, named: str, figures: Mapping[str, str], primary: Mapping[str, Any], usage: Usages, prices: Mapping[str, Any]
) -> Table:
    """Returns the table of one experiment.

    Args:
        summary: The experiment's summary.
        named: The name of the main figure.
        figures: The main figure of each model, with its interval.
        primary: The data of the summary of primary comparisons.
        usage: The usage of the experiment's rows, by model and agent.
        prices: The prices of each model, as `model_cost` takes them.
    """
    tests = [one for one in primary["comparisons"] if one["experiment"] == summary.experiment]
    p = {one["second"]: "control" for one in tests} | {one["first"]: format_p(one["p_holm"]) for one in tests}
    rows = tuple(
        (
            model + answering_suffix(summary.data, model),
            figures.get(model, "-"),
            p.get(model, "-"),
            describe_cost(usage[model], prices.get(model) or {}),
        )
        for model in usage
    )
    return Table(summary.title, ("method", f"{named} [95 %]", "p (Holm)", "cost"), rows)


def describe_cost(usage: Mapping[str, Usage], prices: Mapping[str, Any]) -> str:
    """Returns the money that a model's calls cost, or calls and tokens if it has no price."""
    used, money = usage["all"], model_cost(usage, prices)
    if money is not None:
        return format_money(money)
    about = "~" if used.estimated else ""
    return f"{used.calls:,} calls, {about}{format_tokens(used.prompt_tokens + used.completion_tokens)} tok"


def main_table_to_text(table: Table, width: int = WIDTH) -> str:
    """Renders the table in a width; long names are wrapped, and never shortened, so that no two become the same."""
    head = (table.head[0], textwrap.fill(table.head[1], HEAD), *table.head[2:])
    figure = MOST_FIGURE if width <= WIDTH else width
    others = [min(max((len(str(row[place])) for row in table.rows), default=0), figure) for place in range(1, len(head))]
    heads = [max(map(len, name.split("\n"))) + MIN_PADDING for name in head[1:]]
    room = max(LEAST_NAME, width - sum(max(pair) + 2 for pair in zip(others, heads, strict=True)))
    # A name that is too long is broken before its way of answering rather than within it.
    rows = [(name if len(name) <= room else name.replace(" (", "\n("), *cells) for name, *cells in table.rows]
    text = tabulate(rows, head, tablefmt="simple", disable_numparse=True, maxcolwidths=[room, figure, None, None])
    return f"{table.title}\n\n{text}"


def describe_tests(summaries: Sequence[Summary], primary: Mapping[str, Any]) -> str:
    """Returns what the p of the tables tests; empty if there is no test."""
    found = [one for one in primary["comparisons"] if one["p_holm"] == one["p_holm"]]
    measures = {one["experiment"]: one["measure"] for one in found}
    if not found:
        return ""
    controls = ", ".join(dict.fromkeys(one["second"] for one in found))
    tested = ", ".join(dict.fromkeys(measures[s.experiment] for s in summaries if s.experiment in measures))
    corrected = f", corrected over {len(found)} tests (Holm)" if len(found) > 1 else ""
    return f"p: difference of {tested} from the control ({controls}){corrected}."
