"""How much of what can be known beforehand a model knows: right choices between readers without the life and informed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from human_simulacra.results.summary import ALL, Row
from human_simulacra.statistics import Estimate, cluster_interval

LEAST_ROOM = 0.05  # a smaller difference between the readers says nothing about a model
NOTE = (
    "Readers: how often readers of situation and options alone choose what the person did. Informed readers have read the "
    "life up to the moment, so theirs is as much as can be known beforehand. Of the knowable: "
    "(right - readers) / (informed - readers); above 100 % is possible, below 0 % is worse than without the life."
)


@dataclass(frozen=True)
class Ceiling:
    """Readers and one model on one kind (or `all`) of the moments that both sorts of readers answered, all in percent.

    `knowable` is None where informed readers are hardly better than those without the life.
    """

    model: str
    type: str
    blind: float
    informed: float
    knowable: Estimate | None


def compare_with_readers(rows: Sequence[Row]) -> list[Ceiling]:
    """Returns the figures of every model, over all kinds and each; none where no reader has answered.

    Args:
        rows: Scored rows of the decisions.
    """
    read = [row for row in rows if not row["missing"] and row.get("blind") is not None and row.get("informed") is not None]
    result = []
    for model in dict.fromkeys(row["model"] for row in read):
        own = [row for row in read if row["model"] == model]
        for kind in dict.fromkeys([ALL, *(row["type"] for row in own)]):
            part = [row for row in own if kind in (ALL, row["type"])]
            blind, informed = mean(row["blind"] for row in part), mean(row["informed"] for row in part)
            result.append(Ceiling(model, kind, 100 * blind, 100 * informed, _knowable(part, blind, informed - blind)))
    return result


def _knowable(rows: Sequence[Row], blind: float, room: float) -> Estimate | None:
    """Returns the gain over readers without the life as a percentage of the room for it, which counts as fixed."""
    if room < LEAST_ROOM:
        return None
    gained = [row["correct"] - row["blind"] for row in rows]
    limits = (-100 * blind / room, 100 * (1 - blind) / room)
    return cluster_interval(gained, [room] * len(rows), [row["character"] for row in rows], limits)
