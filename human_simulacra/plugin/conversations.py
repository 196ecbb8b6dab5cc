"""Rows as conversations: what was said before belongs to the next turn. A row that stands alone is a conversation of one turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from human_simulacra.experiments.base import CONVERSATION, RECAP, TURN
from human_simulacra.plugin.sealed_stimulus import unseal
from human_simulacra.types import Message, Stimulus


@dataclass(frozen=True)
class Turn:
    """One row: its place in the dataset, the stimulus, and how later turns of the conversation recall it."""

    place: int
    stimulus: Stimulus
    recap: str = ""


@dataclass
class Conversation:
    """Turns in order. `history` grows with every answer; the turns from `answered` on are still to come."""

    turns: Sequence[Turn]
    history: tuple[Message, ...] = field(default=(), init=False)
    answered: int = field(default=0, init=False)

    @property
    def rest(self) -> Sequence[Turn]:
        """The turns without an answer, in order."""
        return self.turns[self.answered :]

    @property
    def stimulus(self) -> Stimulus:
        """What is put next, after all that was said so far."""
        following = self.rest[0].stimulus
        return replace(following, history=(*following.history, *self.history))

    def add_reply(self, reply: str) -> None:
        """Appends the reply to the next turn, word for word; a reply of several lines becomes one line of the history."""
        said = (Message("system", self.rest[0].recap), Message("assistant", " ".join(reply.split())))
        self.history = (*self.history, *said)
        self.answered += 1


def group_conversations(rows: Sequence[Mapping[str, Any]]) -> list[Conversation]:
    """Groups rows by their column `conversation`, each group in the order of its column `turn`.

    Copies of a row, which OpenCompass's `n` makes, go into conversations of their own.

    Returns:
        Conversations in the order of their first rows.
    """
    groups: dict[tuple[str, ...], list[tuple[int, Turn]]] = {}
    copies: Counter[str] = Counter()
    for place, row in enumerate(rows):
        stimulus = unseal(row["envelope"])
        copy = copies[stimulus.id]
        copies[stimulus.id] += 1
        group = ("talk", row[CONVERSATION], str(copy)) if row.get(CONVERSATION) else ("row", str(place))
        groups.setdefault(group, []).append((row.get(TURN) or 0, Turn(place, stimulus, row.get(RECAP) or "")))
    return [Conversation([turn for _, turn in sorted(group, key=lambda pair: pair[0])]) for group in groups.values()]
