"""Judged reasons: how often a model that chooses rightly also gives the person's own reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from human_simulacra.experiments.decisions.reason_judging import KNOWN, REPLY, SAME, VERDICTS
from human_simulacra.experiments.judge_tables import judge_notes, judge_table
from human_simulacra.judge_models.admission import NO_JUDGE, Admission, KnownAnswerCheck, admit_judge
from human_simulacra.judge_models.verdict_parsing import parse_word
from human_simulacra.results.summary import Row, Table
from human_simulacra.results.tables import format_interval
from human_simulacra.statistics import Estimate, cluster_interval

REASON_NOTE = (
    "Right reasons: of the right choices whose reason was judged, the share with the reason that the person had; a reply without "
    "a reason has none."
)
RULE = "the person's own reason from its reason at another moment, in pairs"
# Both known reasons of a moment judged rightly: a coin for each has it once in four.
CHECK_OPTIONS = 4


@dataclass(frozen=True)
class RightReasons:
    """The share of a model's right choices with the right reason, in percent; `caveat` if no judge was admitted."""

    model: str
    share: Estimate
    caveat: str


@dataclass(frozen=True)
class JudgedReasons:
    """The figures of all models, and the admission of the judges."""

    figures: tuple[RightReasons, ...]
    admissions: tuple[Admission, ...]
    notes: tuple[str, ...]


def parse_reasons(row: Row) -> dict[str, Any]:
    """Parses the judgements of a row: `reasons` of the reply, `known_reasons` with what is expected; nothing if none was made."""
    if not row.get("judgements"):
        return {}
    found: dict[str, list[dict[str, Any]]] = {"reasons": [], "known_reasons": []}
    for entry in row["judgements"]:
        verdict = parse_word(entry["text"] or "", VERDICTS)
        if entry["kind"] == REPLY:
            found["reasons"].append({"judge": entry["judge"], "verdict": verdict})
        elif entry["kind"] == KNOWN:
            found["known_reasons"].append({"judge": entry["judge"], "verdict": verdict, "expected": entry["expected"]})
    return found


def reason_agreement(rows: Sequence[Row]) -> JudgedReasons:
    """Returns the figures with the verdicts of admitted judges, or of all if none is; none if no reason was judged."""
    judged = [row for row in rows if row.get("reasons")]
    names = dict.fromkeys(entry["judge"] for row in judged for entry in row["reasons"])
    admissions = tuple(admit_judge(name, _checks(judged, name)) for name in names)
    counted = [a.judge for a in admissions if a.admitted] or list(names)
    caveat = "" if any(a.admitted for a in admissions) else NO_JUDGE
    figures = []
    for model in dict.fromkeys(row["model"] for row in judged):
        shares, clusters = [], []
        for row in judged:
            verdicts = [e["verdict"] for e in row["reasons"] if e["judge"] in counted and e["verdict"] in VERDICTS]
            if row["model"] == model and row["correct"] and verdicts:
                shares.append(mean(verdict == SAME for verdict in verdicts))
                clusters.append(row["character"])
        if shares:
            figures.append(RightReasons(model, cluster_interval(shares, [1.0] * len(shares), clusters), caveat))
    return JudgedReasons(tuple(figures), admissions, tuple(judge_notes(RULE, admissions)))


def reason_tables(found: JudgedReasons) -> list[Table]:
    """Returns the tables of right reasons and of the judges; none without figures."""
    if not found.figures:
        return []
    rows = tuple((f.model, f.share.rows, format_interval(f.share), f.caveat) for f in found.figures)
    return [
        Table("Right reasons of right choices", ("model", "right choices judged", "right reasons % [95 %]", "remark"), rows),
        judge_table("Judges of the reasons", "pairs of known reasons told apart", found.admissions),
    ]


def _checks(judged: Sequence[Row], judge: str) -> list[KnownAnswerCheck]:
    """Returns one check a moment, whose two known reasons count as one, each once however many models were judged."""
    checks: dict[str, KnownAnswerCheck] = {}
    for row in judged:
        known = [entry for entry in row["known_reasons"] if entry["judge"] == judge]
        if known and row["id"] not in checks:
            right = all(entry["verdict"] == entry["expected"] for entry in known)
            checks[row["id"]] = KnownAnswerCheck(judge, row["character"], CHECK_OPTIONS, right)
    return list(checks.values())
