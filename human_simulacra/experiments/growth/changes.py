"""Whether a model's answers change from age to age where the life changed, and stay where it did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.results.summary import Row
from human_simulacra.statistics import Estimate, cluster_interval

NOTE = (
    "Changed where the life changed, and where it did not: of the pairs of successive ages of a question with two readable "
    "replies, the share in which the model's answers differ; a model that knows no time changes as often in both."
)


@dataclass(frozen=True)
class Changes:
    """How often one model's answers differ between successive ages, in percent; None if there is no such pair."""

    model: str
    where_changed: Estimate | None
    where_same: Estimate | None


def count_changes(rows: Sequence[Row]) -> list[Changes]:
    """Returns the figures of every model, over the pairs of successive ages in which both replies were parsed."""
    result = []
    for model in dict.fromkeys(row["model"] for row in rows):
        chosen = {
            (row["item"], row.get("run", 1), row["place"]): row
            for row in rows if row["model"] == model and row["parsed"] and not row["missing"]
        }  # fmt: skip
        pairs = [
            (row, chosen[item, run, place + 1])
            for (item, run, place), row in chosen.items() if (item, run, place + 1) in chosen
        ]  # fmt: skip
        changed = [pair for pair in pairs if pair[0]["answer"] != pair[1]["answer"]]
        same = [pair for pair in pairs if pair[0]["answer"] == pair[1]["answer"]]
        result.append(Changes(model, _share(changed), _share(same)))
    return result


def _share(pairs: Sequence[tuple[Row, Row]]) -> Estimate | None:
    if not pairs:
        return None
    differ = [float(a["chosen"] != b["chosen"]) for a, b in pairs]
    return cluster_interval(differ, [1.0] * len(pairs), [a["character"] for a, _ in pairs])
