"""Scores above what readers without the life reach on the same questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from human_simulacra.experiments.token_gain import KindGain, gains_by_kind
from human_simulacra.results.summary import ALL, Bounds, Row
from human_simulacra.statistics import Estimate, cluster_interval

# The kinds of questions of the dataset, in groups large enough for a figure.
KIND_GROUPS: Mapping[str, str] = {
    "detail": "facts", "event": "facts", "relation": "people", "motive": "motives", "value": "motives", "change": "motives",
    "reaction": "decisions",
}  # fmt: skip
ABOVE_READERS = "above readers"
NOTE = (
    "Readers: what readers without the life reach on the story questions, from question and options alone. Above readers: "
    "(judged rightly - readers) / (100 - readers) on these questions, 0 where a model is no better than they are. Both count the "
    "share of options judged rightly of multiple choice, 50 % by chance."
)


@dataclass(frozen=True)
class AboveBlind:
    """What one model reaches on one type (or `all`) of the questions with a known `blind`, all in percent.

    `limits` are the values of `above` if nothing and if everything is right, `bounds` what unparseable and missing replies leave
    open.
    """

    model: str
    type: str
    blind: float
    right: Estimate
    above: Estimate
    limits: tuple[float, float]
    bounds: Bounds


def share_right(row: Row) -> float:
    """Returns the share of a scored row that is right: all or nothing, or the share of options of multiple choice.

    A reply that is unparseable or says not to know judges no option.
    """
    if row["type"] != "multiple_choice":
        return float(row["correct"])
    wrong = set(row["chosen"]) ^ set(row["answer"])
    return 1 - len(wrong) / len(row["options"]) if row["parsed"] and not row.get("abstained") else 0.0


def question_gains(rows: Sequence[Row]) -> list[KindGain]:
    """Returns what the tokens of every model buy in scored rows of the self report, over all questions and by group of kinds."""
    kinds = list(dict.fromkeys(KIND_GROUPS.values()))
    return gains_by_kind(rows, share_right, kinds, lambda row: KIND_GROUPS.get(row.get("kind", "")))


def compare_with_blind(rows: Sequence[Row]) -> list[AboveBlind]:
    """Returns the figures of every model, over all types and each; none where no question's `blind` is known.

    Args:
        rows: Scored rows of the self report.
    """
    asked = [row for row in rows if row.get("blind") is not None]
    result = []
    for model in dict.fromkeys(row["model"] for row in asked):
        own = [row for row in asked if row["model"] == model]
        for kind in dict.fromkeys([ALL, *(row["type"] for row in own)]):
            whole = [row for row in own if kind in (ALL, row["type"])]
            part = [row for row in whole if not row["missing"]]
            blind, right = [row["blind"] for row in part], [share_right(row) for row in part]
            clusters, ones = [row["character"] for row in part], [1.0] * len(part)
            gained, room = [r - b for r, b in zip(right, blind, strict=True)], [1 - b for b in blind]
            if sum(room):
                limits = (-100 * sum(blind) / sum(room), 100.0)  # nothing right, everything right
                estimates = cluster_interval(right, ones, clusters), cluster_interval(gained, room, clusters, limits)
                figures = 100 * sum(blind) / len(part), *estimates, limits, _bounds(whole, estimates[1].value)
                result.append(AboveBlind(model, kind, *figures))
    return result


def _bounds(rows: Sequence[Row], value: float) -> Bounds:
    """Returns the bounds of a figure above readers if an unparseable or missing reply may be wholly wrong or wholly right."""
    known = [row for row in rows if row["parsed"] and not row["missing"]]
    gained, room = sum(map(share_right, known)) - sum(row["blind"] for row in rows), sum(1 - row["blind"] for row in rows)
    unknown = len(rows) - len(known)
    return Bounds(100 * gained / room, 100 * (gained + unknown) / room) if unknown else Bounds(value, value)
