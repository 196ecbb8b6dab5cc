"""Adds the comparison to the summary of the observer report: headlines, tables, data and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from human_simulacra.experiments.observer.comparison_figures import (
    ComparedModel,
    compare_answers,
    comparison_agreement,
    position_effect,
)
from human_simulacra.experiments.observer.comparison_records import CRITERIA, FALSE_FACTS, RunVerdict, is_counted, run_verdicts
from human_simulacra.experiments.observer.observer_tables import judge_agreement_table
from human_simulacra.judge_models.admission import NO_JUDGE, Admission
from human_simulacra.judge_models.verdict_parsing import MOST_FALSE_FACTS
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.summary import Caution, Headline, Row, Summary, Table
from human_simulacra.results.tables import format_interval, without_empty_columns
from human_simulacra.statistics import Estimate

TITLE = "Comparison of answers"
RANK_HEAD = tuple(f"{criterion}: rank [95 %]" for criterion in CRITERIA)
FACTS = f"{FALSE_FACTS} per answer"
COMPARED_JUDGE = "judged by a compared model"


def with_comparison(summary: Summary, rows: Sequence[Row], admissions: Sequence[Admission]) -> Summary:
    """Returns the summary with the figures of the comparison; unchanged if nothing was compared.

    Args:
        summary: The summary of the other two parts.
        rows: Scored rows of all models.
        admissions: The result of each judge's identity checks.
    """
    verdicts = run_verdicts(rows)
    if not verdicts:
        return summary
    admitted = {entry.judge for entry in admissions if entry.admitted}
    references = find_reference_models(rows)
    by_admitted = [verdict for verdict in verdicts if verdict["judge"] in admitted]
    counted = by_admitted if any(map(is_counted, by_admitted)) else verdicts
    caveat = ", ".join([NO_JUDGE] * (counted is verdicts) + [COMPARED_JUDGE] * any(verdict["own"] for verdict in counted))
    figures = compare_answers(counted, references)
    judges = [_judge(verdicts, judge, judge in admitted) for judge in dict.fromkeys(verdict["judge"] for verdict in verdicts)]
    by_judge = {
        judge["judge"]: compare_answers([v for v in verdicts if v["judge"] == judge["judge"]], references) for judge in judges
    }
    agreement = comparison_agreement(by_admitted) if len(judges) > 1 else {}
    kinds = list(dict.fromkeys(verdict["type"] for verdict in counted))
    by_kind = {k: compare_answers([v for v in counted if v["type"] == k], references) for k in kinds if len(kinds) > 1}
    tables = (
        _model_table(figures, list(dict.fromkeys(verdict["judge"] for verdict in filter(is_counted, counted))), caveat),
        _kind_table(by_kind),
        _preference_table(figures, caveat),
        _judge_table(judges),
        _by_judge_table(f"{TITLE}, by admitted judge", {j: found for j, found in by_judge.items() if j in admitted}),
        judge_agreement_table(f"{TITLE}: agreement among admitted judges", agreement),
        _by_judge_table(f"{TITLE}, by judge not admitted", {j: found for j, found in by_judge.items() if j not in admitted}),
    )
    data = {
        "models": [asdict(found) for found in figures],
        **({"kinds": {kind: [asdict(found) for found in own] for kind, own in by_kind.items()}} if by_kind else {}),
        "judges": [{**judge, "models": [asdict(found) for found in by_judge[judge["judge"]]]} for judge in judges],
        "agreement": {name: [asdict(found) for found in both] for name, both in agreement.items()},
    }
    return replace(
        summary,
        headlines=(*summary.headlines, *_headlines(figures, caveat)),
        tables=(*summary.tables, *tables),
        data={**summary.data, "comparison": data},
        notes=(*summary.notes, *_notes(figures, judges)),
    )


def _headlines(figures: Sequence[ComparedModel], caveat: str) -> Iterable[Headline]:
    limits = (1.0, float(len(figures)))
    for criterion in CRITERIA:
        for found in figures:
            measure = f"rank, {criterion}"
            yield Headline(found.model, measure, found.ranks[criterion], "", better="lower", caveat=caveat, limits=limits)
    for found in figures:
        bounds = (0.0, float(MOST_FALSE_FACTS))
        yield Headline(found.model, FACTS, found.false_facts, "", better="lower", caveat=caveat, limits=bounds)


def _judge(verdicts: Sequence[RunVerdict], judge: str, admitted: bool) -> dict[str, Any]:
    own = [verdict for verdict in verdicts if verdict["judge"] == judge]
    effect = position_effect(verdicts, judge)
    return {
        "judge": judge, "admitted": admitted, "self": any(verdict["own"] for verdict in own),
        "comparisons": len(own), "failed": sum(verdict["failed"] for verdict in own),
        "unparseable": sum(not is_counted(verdict) and not verdict["failed"] for verdict in own),
        "first_preferred": effect and asdict(effect),
    }  # fmt: skip


def _model_table(figures: Sequence[ComparedModel], judges: Sequence[str], caveat: str) -> Table:
    rows = tuple((found.model, found.comparisons, *_cells(found), ", ".join(judges), caveat) for found in figures)
    head = ("model", "comparisons", *RANK_HEAD, f"{FACTS} [95 %]", "judges counted", "remark")
    return without_empty_columns(Table(f"{TITLE}, by method", head, rows), ("remark",))


def _kind_table(by_kind: dict[str, list[ComparedModel]]) -> Table:
    """Returns the ranks by kind of stimulus, open situations (`scenario`) and talk; empty where there is one kind."""
    rows = tuple((found.model, kind, found.comparisons, *_cells(found)) for kind, own in by_kind.items() for found in own)
    return Table(f"{TITLE}, by kind of stimulus", ("model", "kind", "comparisons", *RANK_HEAD, f"{FACTS} [95 %]"), rows)


def _preference_table(figures: Sequence[ComparedModel], caveat: str) -> Table:
    rows = tuple(
        (found.model, found.reference, *(format_interval(found.preferences[criterion]) for criterion in CRITERIA), caveat)
        for found in figures
        if found.reference
    )
    head = ("model", "preferred over", *(f"{criterion} % [95 %]" for criterion in CRITERIA), "remark")
    return without_empty_columns(Table(f"{TITLE}: preference over the reference", head, rows), ("remark",))


def _judge_table(judges: Sequence[dict[str, Any]]) -> Table:
    rows = []
    for judge in judges:
        effect = judge["first_preferred"]
        shown = format_interval(Estimate(**effect)) if effect else ""
        name = f"{judge['judge']} (self)" if judge["self"] else judge["judge"]
        rows.append((name, "yes" if judge["admitted"] else "no", judge["comparisons"], judge["unparseable"], shown))
    head = ("judge", "admitted", "comparisons", "unparseable", "first shown preferred % [95 %]")
    return Table(f"{TITLE}: judges", head, tuple(rows))


def _by_judge_table(title: str, by_judge: dict[str, list[ComparedModel]]) -> Table:
    rows = tuple((found.model, judge, *_cells(found)) for judge, figures in by_judge.items() for found in figures)
    return Table(title, ("model", "judge", *RANK_HEAD, f"{FACTS} [95 %]"), rows)


def _cells(found: ComparedModel) -> tuple[str, ...]:
    return tuple(format_interval(estimate, places=2) for estimate in (*found.ranks.values(), found.false_facts))


def _notes(figures: Sequence[ComparedModel], judges: Sequence[dict[str, Any]]) -> Iterable[str]:
    if figures:
        yield (
            f"{TITLE}: a rank is the expected rank among the {len(figures)} models (1 the best, ties share the mean of their "
            f"ranks); {FACTS} are at most {MOST_FALSE_FACTS}. Each judge's comparisons are asked in two orders, and count only "
            "if both replies can be read. These figures are exploratory."
        )
    else:
        yield Caution(f"{TITLE}: no judge gave a comparison that can be read in both orders, so there are no figures.")
    if figures and any(estimate.value != estimate.value for found in figures for estimate in found.ranks.values()):
        yield f"{TITLE}: some models share no situation, so their ranks among all cannot be told (nan)."
