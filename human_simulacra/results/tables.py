"""Tables and summaries as text, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import orjson
from tabulate import tabulate

from human_simulacra.results.answering_agreement import answering_suffix
from human_simulacra.results.summary import ALL, Headline, Summary, Table
from human_simulacra.results.usage import Usage
from human_simulacra.statistics import Comparison, Estimate
from human_simulacra.statistics.judge_correction import CorrectedFigure

EFFECT_HEAD = ("p (uncorrected)", "dz", "rank-biserial", "detectable")
USAGE_HEAD = ("model", "agent", "calls", "from call cache", "prompt tokens", "prefix-cached %", "completion tokens", "seconds")


def format_interval(estimate: Estimate, signed: bool = False, places: int = 1) -> str:
    """Renders an estimate as `41.7 [33.3, 50.0]`; without brackets if it has no interval."""
    shape = f"{{:{'+' if signed else ''}.{places}f}}"
    if math.isnan(estimate.low):
        return shape.format(estimate.value)
    return f"{shape.format(estimate.value)} [{shape.format(estimate.low)}, {shape.format(estimate.high)}]"


def format_number(value: float, places: int = 2) -> str:
    """Renders a number; a dash for NaN."""
    return "-" if math.isnan(value) else f"{value:.{places}f}"


def format_p(p: float) -> str:
    """Renders a p value, never as zero."""
    return "<0.001" if p < 0.001 else format_number(p, 3)


def comparison_table(
    title: str, measure: str, comparisons: Sequence[Comparison], places: int = 1, counted: str = "rows"
) -> Table:
    """Returns the table of exploratory comparisons: difference, permutation test, effect sizes, smallest detectable difference.

    Args:
        title: The table's title.
        measure: What is compared, for instance `score`.
        comparisons: From `compare_all_models` or `compare_character_scores`.
        places: Decimals of the differences.
        counted: What a comparison counts, `rows` or `characters`.
    """
    rows = tuple(
        (
            c.first, c.second, c.type, c.difference.rows, format_interval(c.difference, True, places), format_p(c.p),
            format_number(c.dz), format_number(c.rank_biserial), format_number(c.detectable, places),
        )
        for c in comparisons
    )  # fmt: skip
    return Table(title, ("model", "against", "type", counted, f"{measure} difference [95 %]", *EFFECT_HEAD), rows)


def comparison_notes(comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """Returns a warning if there are too few characters for any difference to be significant."""
    fewest = min((c.characters for c in comparisons), default=0)
    if not comparisons or fewest > 5:
        return ()
    if fewest == 1:
        return ("With one character there is no test between methods: use more characters.",)
    return (f"With {fewest} characters the p of a paired comparison cannot fall below {2 / 2**fewest:.3g}: use more characters.",)


def without_empty_columns(table: Table, names: Sequence[str]) -> Table:
    """Returns a table without those of the named columns that are empty in every row."""
    empty = {name for place, name in enumerate(table.head) if name in names and not any(row[place] for row in table.rows)}
    shown = [place for place, name in enumerate(table.head) if name not in empty]
    rows = tuple(tuple(row[place] for place in shown) for row in table.rows)
    return replace(table, head=tuple(table.head[place] for place in shown), rows=rows)


def correction_table(title: str, known: str, corrected: Sequence[tuple[str, str, Estimate, CorrectedFigure]]) -> Table:
    """Returns the table of figures as judged and corrected for the judges' error.

    Args:
        title: The table's title.
        known: What the truth is known of, for instance `known replies`.
        corrected: Model, measure, the figure as judged and as corrected.
    """
    rows = tuple(
        (model, measure, format_interval(judged), "" if found.note else format_interval(found.estimate), found.known, found.note)
        for model, measure, judged, found in corrected
    )
    return Table(title, ("model", "measure", "as judged % [95 %]", "corrected % [95 %]", known, "remark"), rows)


def usage_table(usage: Mapping[str, Mapping[str, Usage]]) -> Table:
    """Returns the table of usage; a tilde marks estimated token counts."""
    rows = []
    for model, agents in usage.items():
        for agent, u in agents.items():
            about = "~" if u.estimated else ""
            rows.append((
                model, agent, u.calls, u.from_cache, f"{about}{u.prompt_tokens}", f"{u.cached_share:.0f}",
                f"{about}{u.completion_tokens}", f"{u.seconds:.0f}",
            ))  # fmt: skip
    return Table("Usage", USAGE_HEAD, tuple(rows))


def headline_table(summaries: Sequence[Summary]) -> Table:
    """Returns the main table of a run: a row per model and a column per measure, over all characters and rows."""
    found = [(s, h) for s in summaries for h in s.headlines if h.character == h.of == ALL]
    columns = list(dict.fromkeys((s.title, h.measure, h.unit) for s, h in found))
    cells = {(h.model, (s.title, h.measure, h.unit)): format_headline(h) for s, h in found}
    head = tuple(f"{title}: {measure}{f' {unit}' if unit else ''}" for title, measure, unit in columns)
    models = list(dict.fromkeys(h.model for _, h in found))
    suffixes = {model: suffix for s in summaries for model in models if (suffix := answering_suffix(s.data, model))}
    rows = tuple((model + suffixes.get(model, ""), *(cells.get((model, column), "") for column in columns)) for model in models)
    return Table("Methods and experiments", ("model", *head), rows)


def format_headline(headline: Headline) -> str:
    """Renders a headline with its interval and caveat."""
    caveat = f" ({headline.caveat})" if headline.caveat else ""
    return format_interval(headline.estimate, places=1 if headline.unit == "%" else 2) + caveat


def table_to_text(table: Table, style: str = "simple") -> str:
    """Renders one table for a terminal (`simple`) or Markdown (`github`)."""
    prefix = "## " if style == "github" else ""
    return f"{prefix}{table.title}\n\n{tabulate(table.rows, table.head, tablefmt=style, disable_numparse=True)}\n"


def summary_to_csv(summary: Summary) -> str:
    """Renders a summary's headlines as CSV, one row per model, measure and character, with plain numbers.

    `low` and `high` are the interval, `lowest` and `highest` the bounds over unparseable and missing rows.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    place, numbers = ["experiment", "model", "measure", "of", "character", "unit"], ["value", "low", "high", "lowest", "highest"]
    writer.writerow([*place, *numbers, "rows", "caveat"])
    for h in summary.headlines:
        numbers = [f"{getattr(h.estimate, name):.6g}" for name in ("value", "low", "high")]
        bounds = [f"{h.bounds.low:.6g}", f"{h.bounds.high:.6g}"] if h.bounds else ["", ""]
        place = [summary.experiment, h.model, h.measure, h.of, h.character, h.unit]
        writer.writerow([*place, *numbers, *bounds, h.estimate.rows, h.caveat])
    return buffer.getvalue()


def to_json(value: Summary | Mapping[str, Any]) -> str:
    """Renders a summary, or any JSON-ready mapping, as JSON; NaN becomes null."""
    return json.dumps(nan_to_none(dict(value) if isinstance(value, Mapping) else asdict(value)), indent=1) + "\n"


def as_read(value: Mapping[str, Any]) -> Any:
    """Returns a JSON-ready mapping as it is read again after `to_json` has written it."""
    try:
        return orjson.loads(orjson.dumps(value))
    except TypeError:  # numbers of numpy, and keys that are no texts
        return json.loads(to_json(value))


def nan_to_none(value: Any) -> Any:
    """Returns a JSON-ready value with None for NaN, at any depth."""
    if isinstance(value, dict):
        return {key: nan_to_none(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [nan_to_none(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value
