"""Summary of the interrogation: consistency by method, corrected for the readers' error, and facts stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

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
PAIR_HEAD = ("model", "pairs", "read", "consistency % [95 %]", "not decided", "incomplete", BOUNDS_HEAD)
MEASURE, FACTS = "consistency", "facts stated"
BY_RULES = "by rules"
RULE = "labelled pairs of answers that contradict each other from pairs that do not"
NOTE = (
    "Consistency: pairs of statements without a contradiction. Internal: two answers in one conversation to the same question in "
    "other words. External: an answer and what is so by the life. Retest: answers to the same question in two conversations. To "
    "say that one does not know contradicts nothing, so read consistency with the facts stated. Incomplete: pairs that lack a "
    "whole reply."
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
    stated, repeated = group_scores(facts), analyse_repeated_runs(facts, FACTS)
    caveats = {model: _caveat(rows, model, readers, any(a.admitted for a in admissions)) for model in _models(rows)}
    consistent = [
        Headline(f.model, MEASURE, f.score, "%", f.character, f.type, caveat=caveats[f.model], bounds=f.score_bounds)
        for f in found
    ]
    known = [Headline(f.model, FACTS, f.score, "%", f.character, f.type, bounds=f.score_bounds) for f in stated]
    references = find_reference_models(rows)
    lines = _pair_lines(read, found, BoundsColumn(consistent, references))
    corrected = _corrected(read, known_verdicts(rows, readers)) if readers else []
    tables = (
        _pair_table(lines, caveats),
        _fact_table(stated, rows, BoundsColumn(known, references)),
        correction_table("Contradictions, corrected for the readers' error", "labelled pairs", corrected),
        comparison_table("Exploratory comparisons of consistency, on the same pairs", MEASURE, compared),
        judge_table("Readers of contradictions", "both of two labelled pairs read rightly", admissions),
        *repeated.tables,
        _character_table(lines),
    )
    data = {
        "figures": [asdict(f) for f in found], "facts": [asdict(f) for f in stated],
        "corrected": [{"model": model, "kind": kind, **asdict(figure)} for model, kind, _, figure in corrected],
        "judges": [asdict(a) for a in admissions], **repeated.data,
    }  # fmt: skip
    notes = (NOTE, *(judge_notes(RULE, admissions) or [RULES_NOTE]), *comparison_notes(compared), *repeated.notes)
    headlines = (*consistent, *(h for h in known if h.of == ALL))
    return Summary(NAME, TITLE, headlines, tables, data, notes, {MEASURE: tuple(compared)})


def _models(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row["model"] for row in rows))


def _caveat(rows: Sequence[Row], model: str, readers: Sequence[str], admitted: bool) -> str:
    if not readers:
        return BY_RULES
    own = any(pair["own"] for row in rows if row["model"] == model for pair in row["pairs"])
    return ", ".join([NO_JUDGE] * (not admitted) + [OWN_JUDGE] * own)


def _pair_lines(
    read: Sequence[ReadPair], found: Sequence[GroupScore], bounds: BoundsColumn
) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """Returns a line for every model, kind of pair and character, also where no pair could be decided."""
    groups: dict[tuple[str, str, str], list[ReadPair]] = {}
    for pair in read:
        for kind in (ALL, pair.kind):
            for character in (ALL, pair.row["character"]):
                groups.setdefault((pair.row["model"], kind, character), []).append(pair)
    scores = {(f.model, f.type, f.character): format_interval(f.score) for f in found}
    models, kinds = _models([pair.row for pair in read]), (ALL, *KINDS)
    lines = {}
    for place in sorted(groups, key=lambda place: (models.index(place[0]), kinds.index(place[1]))):
        own = groups[place]
        decided, whole = sum(pair.contradicts is not None for pair in own), sum(pair.whole for pair in own)
        counts = (whole - decided, len(own) - whole)
        lines[place] = (*place[:2], decided, scores.get(place, "-"), *counts, bounds.cell(*place))
    return lines


def _pair_table(lines: Mapping[tuple[str, str, str], tuple[Any, ...]], caveats: Mapping[str, str]) -> Table:
    rows = tuple((*line, caveats[model]) for (model, _, character), line in lines.items() if character == ALL)
    table = Table("Consistency, by method and kind of pair", (*PAIR_HEAD, "remark"), rows)
    return without_empty_columns(table, ("remark", BOUNDS_HEAD))


def _fact_table(stated: Sequence[GroupScore], rows: Sequence[Row], bounds: BoundsColumn) -> Table:
    lines = []
    for f in stated:
        if f.character == ALL:
            own = [r for r in rows if r["model"] == f.model and f.type in (ALL, r["type"]) and not r["missing"]]
            unknown = cluster_interval([float(r["not_known"]) for r in own], [1.0] * len(own), [r["character"] for r in own])
            shares = format_interval(f.score), format_interval(unknown)
            lines.append((f.model, f.type, f.score.rows, *shares, f.missing, bounds.cell(f.model, f.type)))
    head = ("model", "theme", "answers", "facts stated % [95 %]", "not known % [95 %]", "missing", BOUNDS_HEAD)
    return without_empty_columns(Table("Facts stated, by method and theme", head, tuple(lines)), (BOUNDS_HEAD,))


def _character_table(lines: Mapping[tuple[str, str, str], tuple[Any, ...]]) -> Table:
    rows = tuple((character, *line) for (*_, character), line in lines.items() if character != ALL)
    return without_empty_columns(Table("Consistency, by character", ("character", *PAIR_HEAD), rows, detail=True), (BOUNDS_HEAD,))


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
