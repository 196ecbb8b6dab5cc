"""Summary of the interrogation: consistency by method, corrected for the readers' error, and facts stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from human_simulacra.experiments.interrogation.answer_pairs import KINDS
from human_simulacra.experiments.interrogation.consistency import (
    ReadPair,
    admit_readers,
    known_verdicts,
    read_pairs_of_run,
)
from human_simulacra.experiments.judge_tables import judge_notes, judge_table
from human_simulacra.judge_models.admission import NO_JUDGE, OWN_JUDGE
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.repeated_runs import analyse_repeated_runs
from human_simulacra.results.scored_rows import GroupScore, ScoredRow, compare_all_models, group_scores
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import (
    comparison_notes,
    comparison_table,
    correction_table,
    format_interval,
    without_empty_columns,
)
from human_simulacra.statistics import Estimate, cluster_interval
from human_simulacra.statistics.judge_correction import CorrectedFigure, KnownVerdict, correct_share

NAME, TITLE = "interrogation", "Interrogation"
MEASURE = "consistency"
BY_RULES = "by rules"
RULE = "labelled pairs of answers that contradict each other from pairs that do not"
NOTE = (
    "Consistency: pairs of statements without a contradiction. Internal: two answers in one conversation to the same question in "
    "other words. External: an answer and what is so by the life. Retest: answers to the same question in two conversations. To "
    "say that one does not know contradicts nothing, so read consistency with the facts stated."
)
RULES_NOTE = (
    "Without a reader of contradictions, rules decide: a pair is consistent if both statements give an accepted answer or one "
    "says not to know, and contradictory if one gives it and the other something else. Pairs in which neither gives it are "
    "undecided. Set judges in configs/models/judges.py to have them read."
)


def summarise_interrogation(rows: Sequence[Row]) -> Summary:
    """Computes consistency with the verdicts of admitted readers, of all if none is, or by rules if no reader was asked.

    Args:
        rows: Scored rows of all models.
    """
    admissions = admit_readers(rows)
    readers = [a.judge for a in admissions if a.admitted] or [a.judge for a in admissions]
    read = read_pairs_of_run(rows, readers)
    pairs = [pair.scored() for pair in read]
    found, compared = group_scores(pairs), compare_all_models(pairs)
    facts = [
        ScoredRow(row["model"], row["id"], row["character"], row["type"], float(row["stated"]), 1.0, row["stated"],
                  parsed=row["parsed"], missing=row["missing"], run=row.get("run", 1))
        for row in rows
    ]  # fmt: skip
    stated, repeated = group_scores(facts), analyse_repeated_runs(facts)
    caveats = {model: _caveat(rows, model, readers, any(a.admitted for a in admissions)) for model in _models(rows)}
    headlines = tuple(
        Headline(f.model, MEASURE, f.score, "%", f.character, f.type, caveat=caveats[f.model], bounds=f.score_bounds)
        for f in found
    ) + tuple(
        Headline(f.model, "facts stated", f.score, "%", f.character, f.type, bounds=f.score_bounds)
        for f in stated
        if f.type == ALL
    )
    bounds = BoundsColumn(headlines, find_reference_models(rows))
    corrected = _corrected(read, known_verdicts(rows, readers)) if readers else []
    tables = (
        _pair_table(found, read, caveats, bounds),
        _fact_table(stated, rows),
        correction_table("Contradictions, corrected for the readers' error", "labelled pairs", corrected),
        comparison_table("Exploratory comparisons of consistency, on the same pairs", MEASURE, compared),
        judge_table("Readers of contradictions", "both of two labelled pairs read rightly", admissions),
        *repeated.tables,
        _character_table(found, bounds),
    )
    data = {
        "figures": [asdict(f) for f in found], "facts": [asdict(f) for f in stated],
        "corrected": [{"model": model, "kind": kind, **asdict(figure)} for model, kind, _, figure in corrected],
        "judges": [asdict(a) for a in admissions], **repeated.data,
    }  # fmt: skip
    notes = (NOTE, *(judge_notes(RULE, admissions) or [RULES_NOTE]), *comparison_notes(compared), *repeated.notes)
    return Summary(NAME, TITLE, headlines, tables, data, notes, {MEASURE: tuple(compared)})


def _models(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row["model"] for row in rows))


def _caveat(rows: Sequence[Row], model: str, readers: Sequence[str], admitted: bool) -> str:
    if not readers:
        return BY_RULES
    own = any(pair["own"] for row in rows if row["model"] == model for pair in row["pairs"])
    return ", ".join([NO_JUDGE] * (not admitted) + [OWN_JUDGE] * own)


def _pair_table(
    figures: Sequence[GroupScore], read: Sequence[ReadPair], caveats: Mapping[str, str], bounds: BoundsColumn
) -> Table:
    head = ("model", "pairs", "read", "consistency % [95 %]", "not decided", "remark", BOUNDS_HEAD)
    rows = tuple(
        (f.model, f.type, f.score.rows, format_interval(f.score), f.missing, caveats[f.model], bounds.cell(f.model, f.type))
        for f in figures if f.character == ALL
    )  # fmt: skip
    return without_empty_columns(Table("Consistency, by method and kind of pair", head, rows), ("remark", BOUNDS_HEAD))


def _fact_table(stated: Sequence[GroupScore], rows: Sequence[Row]) -> Table:
    lines = []
    for f in stated:
        if f.character == ALL:
            own = [r for r in rows if r["model"] == f.model and f.type in (ALL, r["type"]) and not r["missing"]]
            unknown = cluster_interval([float(r["not_known"]) for r in own], [1.0] * len(own), [r["character"] for r in own])
            lines.append((f.model, f.type, f.score.rows, format_interval(f.score), format_interval(unknown), f.missing))
    head = ("model", "theme", "answers", "facts stated % [95 %]", "not known % [95 %]", "missing")
    return Table("Facts stated, by method and theme", head, tuple(lines))


def _character_table(figures: Sequence[GroupScore], bounds: BoundsColumn) -> Table:
    head = ("character", "model", "pairs", "read", "consistency % [95 %]", "not decided", BOUNDS_HEAD)
    rows = tuple(
        (f.character, f.model, f.type, f.score.rows, format_interval(f.score), f.missing,
         bounds.cell(f.model, f.type, f.character))
        for f in figures if f.character != ALL
    )  # fmt: skip
    return without_empty_columns(Table("Consistency, by character", head, rows, detail=True), (BOUNDS_HEAD,))


def _corrected(read: Sequence[ReadPair], known: Sequence[KnownVerdict]) -> list[tuple[str, str, Estimate, CorrectedFigure]]:
    """Returns the contradictions of every model and kind of pair, as read and corrected for the readers' error."""
    found = []
    for model in dict.fromkeys(pair.row["model"] for pair in read):
        for kind in KINDS:
            own = [(p.contradicts, p.row["character"]) for p in read if p.row["model"] == model and p.kind == kind]
            decided = [(value, character) for value, character in own if value is not None]
            if decided:
                values, characters = [value for value, _ in decided], [character for _, character in decided]
                judged = cluster_interval(values, [1.0] * len(values), characters)
                found.append((model, kind, judged, correct_share(values, characters, known)))
    return found
