"""How often models say not to know, and how often they are right when they do answer, where not knowing is an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.results.summary import ALL, Row
from human_simulacra.statistics import Estimate, cluster_interval

NOT_KNOWN = "not known"
ABSTENTION_NOTE = (
    "Not known: replies that say not to know, which score 0 points. Accuracy when answered: of all other replies, the share that "
    "is fully right, so accuracy = (100 - not known) x accuracy when answered / 100."
)


@dataclass(frozen=True)
class Abstentions:
    """Replies of one model to one type (or `all`) of the questions to which not knowing is an answer, in percent.

    Args:
        model: The model.
        type: The type.
        not_known: The share of replies that say not to know.
        accuracy: The share of the other replies that is fully right; an unparseable one counts as wrong. None if there is none.
    """

    model: str
    type: str
    not_known: Estimate
    accuracy: Estimate | None


def count_abstentions(rows: Sequence[Row]) -> list[Abstentions]:
    """Returns the figures of every model, over all types and each; none where not knowing is no answer to one of the rows.

    Args:
        rows: Scored rows of the self report.
    """
    replied = [row for row in rows if not row["missing"]]
    result = []
    for model in dict.fromkeys(row["model"] for row in replied):
        own = [row for row in replied if row["model"] == model]
        for kind in dict.fromkeys([ALL, *(row["type"] for row in own)]):
            part = [row for row in own if kind in (ALL, row["type"])]
            if all(row.get("abstention") for row in part):
                answered = [row for row in part if not row["abstained"]]
                accuracy = _share(answered, "correct") if answered else None
                result.append(Abstentions(model, kind, _share(part, "abstained"), accuracy))
    return result


def _share(rows: Sequence[Row], score: str) -> Estimate:
    return cluster_interval([float(row[score]) for row in rows], [1.0] * len(rows), [row["character"] for row in rows])
