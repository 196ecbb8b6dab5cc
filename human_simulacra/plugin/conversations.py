"""Groups dataset rows into conversations, in which each turn sees the earlier ones. An independent row is one turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from human_simulacra.experiments.base import CONVERSATION, RECAP, TURN
from human_simulacra.plugin.stimulus_serialization import decode_stimulus
from human_simulacra.types import Message, Stimulus


@dataclass(frozen=True)
class Turn:
    """One row: its index in the dataset, its stimulus, the summary of it that later turns see, and its right answer."""

    index: int
    stimulus: Stimulus
    recap: str = ""
    gold: Any = None


@dataclass
class Conversation:
    """Turns in order; `history` grows with every reply, and `answered` counts the turns that have one."""

    turns: Sequence[Turn]
    history: tuple[Message, ...] = field(default=(), init=False)
    answered: int = field(default=0, init=False)

    @property
    def remaining(self) -> Sequence[Turn]:
        """The turns without a reply, in order."""
        return self.turns[self.answered :]

    @property
    def next_stimulus(self) -> Stimulus:
        """The stimulus of the next turn, with the conversation so far as its history."""
        following = self.remaining[0].stimulus
        return replace(following, history=(*following.history, *self.history))

    def add_reply(self, reply: str, recap: str = "") -> None:
        """Adds the reply to the next turn to the history, verbatim except that line breaks become spaces.

        Args:
            reply: The reply.
            recap: What later turns see of the turn, if not its own recap.
        """
        messages = (Message("system", recap or self.remaining[0].recap), Message("assistant", " ".join(reply.split())))
        self.history = (*self.history, *messages)
        self.answered += 1


def group_conversations(rows: Iterable[Mapping[str, Any]]) -> list[Conversation]:
    """Groups rows by their column `conversation`, each group in the order of its column `turn`.

    Copies of a row, which OpenCompass makes for `n` above 1, go into separate conversations.

    Returns:
        Conversations in the order of their first rows.
    """
    groups: dict[tuple[str, ...], list[tuple[int, Turn]]] = {}
    copies: Counter[str] = Counter()
    for index, row in enumerate(rows):
        stimulus = decode_stimulus(row["envelope"])
        copy = copies[stimulus.id]
        copies[stimulus.id] += 1
        group = ("talk", row[CONVERSATION], str(copy)) if row.get(CONVERSATION) else ("row", str(index))
        groups.setdefault(group, []).append((row.get(TURN) or 0, Turn(index, stimulus, row.get(RECAP) or "", row["answer"])))
    return [Conversation([turn for _, turn in sorted(group, key=lambda pair: pair[0])]) for group in groups.values()]
