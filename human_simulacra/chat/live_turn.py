"""A turn while it is being answered: what the character remembers, thinks and feels, and the answer so far."""

from __future__ import annotations

from human_simulacra.agents.joint_agent import split_unfinished
from human_simulacra.traces import FINISHED, RetrievedPassage, Step

DOING = {"memory": "searching memories", "notes": "summarising earlier turns", "top": "answering"}


class LiveTurn:
    """Collects the steps and the pieces of a turn.

    Args:
        message: The user's message.
    """

    def __init__(self, message: str) -> None:
        self.message = message
        self.doing = "reading your message"
        self.memories: tuple[RetrievedPassage, ...] = ()
        self.answer = ""
        self.finished = False
        self._written: dict[str, str] = {}

    def on_text(self, piece: str) -> None:
        """Adds a piece of the answer."""
        self.answer += piece

    def on_step(self, step: Step) -> None:
        """Adds what an agent does or has written."""
        self.finished = step.agent == FINISHED
        if step.memories is not None:
            self.memories = step.memories
        self.doing = DOING.get(step.agent, "thinking")
        self._written[step.agent] = self._written.get(step.agent, "") + step.text

    @property
    def thoughts(self) -> str:
        """The thoughts so far."""
        return split_unfinished(self._written.get("joint", ""))[0] or self._written.get("thinking", "").strip()

    @property
    def feelings(self) -> str:
        """The feelings so far."""
        return split_unfinished(self._written.get("joint", ""))[1] or self._written.get("emotion", "").strip()
