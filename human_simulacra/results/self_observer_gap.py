"""The gap between self report and observer report, per character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from human_simulacra.results.summary import ALL, Headline, Summary, Table
from human_simulacra.results.tables import format_interval
from human_simulacra.statistics import Estimate, mean_interval

SELF, OBSERVER = "self_report", "observer"
HEAD = ("model", "observer measure", "character", "self report %", "observer %", "gap [95 %]", "remark")


@dataclass(frozen=True)
class SelfObserverGap:
    """Self report minus observer report in percentage points: above 0, a character claims more than observers see.

    For `character` `all`, the values are means over the characters in both reports, with an interval over characters.
    `caveat` is that of the observer report.
    """

    model: str
    measure: str
    character: str
    self_report: float
    observer: float
    gap: Estimate
    caveat: str


def self_observer_gaps(self_report: Summary, observer: Summary) -> list[SelfObserverGap]:
    """Returns the gaps of every model and observer measure, over all characters first.

    Args:
        self_report: Uses its headlines `score` over all question types.
        observer: Uses its headlines in percent over all rows.
    """
    claimed = {(h.model, h.character): h.estimate for h in self_report.by_character if (h.measure, h.unit) == ("score", "%")}
    seen: dict[tuple[str, str], list[Headline]] = {}
    for headline in observer.by_character:
        if headline.unit == "%" and (headline.model, headline.character) in claimed:
            seen.setdefault((headline.model, headline.measure), []).append(headline)
    result = []
    for (model, measure), headlines in seen.items():
        single = []
        for h in headlines:
            own, other = claimed[model, h.character].value, h.estimate.value
            gap = Estimate(own - other, float("nan"), float("nan"), h.estimate.rows)
            single.append(SelfObserverGap(model, measure, h.character, own, other, gap, h.caveat))
        count = len(single)
        mean = mean_interval([g.gap.value for g in single], (-100.0, 100.0))
        means = sum(g.self_report for g in single) / count, sum(g.observer for g in single) / count
        caveats = ", ".join(dict.fromkeys(g.caveat for g in single if g.caveat))
        result += [SelfObserverGap(model, measure, ALL, *means, mean, caveats), *single]
    return result


def with_gap(summaries: Sequence[Summary]) -> list[Summary]:
    """Returns the summaries; the self report gets tables and data `gap` if the observer report is among them."""
    by_name = {summary.experiment: summary for summary in summaries}
    found = self_observer_gaps(by_name[SELF], by_name[OBSERVER]) if SELF in by_name and OBSERVER in by_name else []
    if not found:
        return list(summaries)
    title = "Gap between self report and observer report"
    whole = Table(f"{title}, over characters", HEAD, _lines([g for g in found if g.character == ALL]))
    single = Table(f"{title}, by character", HEAD, _lines([g for g in found if g.character != ALL]), detail=True)
    old = by_name[SELF]
    tables, data = (*old.tables, whole, single), {**old.data, "gap": [asdict(g) for g in found]}
    return [replace(old, tables=tables, data=data) if summary is old else summary for summary in summaries]


def _lines(found: Sequence[SelfObserverGap]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (g.model, g.measure, g.character, f"{g.self_report:.1f}", f"{g.observer:.1f}", format_interval(g.gap, True), g.caveat)
        for g in found
    )
