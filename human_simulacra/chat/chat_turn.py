"""A turn of a conversation: the message as a stimulus that a method answers, and whether the reply answers it."""

from __future__ import annotations

from functools import cached_property

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.short_term_memory import ShortTermMemory
from human_simulacra.errors import UserError
from human_simulacra.prompts import render
from human_simulacra.traces import Reply
from human_simulacra.types import Stimulus

BARE_QUERY_WORDS = 5  # a shorter message ("and then?") says too little to search memory with


def check_answer(reply: Reply, backbone: str) -> None:
    """Checks that a reply has words.

    Args:
        reply: The reply.
        backbone: The name of the backbone that users see.

    Raises:
        UserError: If the server's content filter let none through.
        BackboneError: If there is none for another reason.
    """
    if reply.text.strip():
        return
    if reply.trace.calls and reply.trace.calls[-1].completion.finish == "content_filter":
        raise UserError(f"the content filter of {backbone} let no answer through: rephrase the message")
    raise BackboneError(f"{backbone} gave an empty answer: repeat or rephrase the message")


class ChatTurn:
    """A turn that the character answers.

    Args:
        message: The user's message.
    """

    def __init__(self, message: str) -> None:
        self.message = message

    @cached_property
    def plain(self) -> str:
        """The message as agents before the answer are given it."""
        return render("chat_turn_plain", message=self.message)

    @cached_property
    def text(self) -> str:
        """The message with the instruction to answer."""
        return render("chat_turn", plain=self.plain)

    def stimulus(self, character: str, memory: ShortTermMemory, scene: str, room: int, draw: int) -> Stimulus:
        """Returns the stimulus of this turn after the turns in short-term memory.

        Args:
            character: Id of the character.
            memory: The conversation so far.
            scene: Where it takes place.
            room: Tokens available for it.
            draw: Number of the draw; another one gives another answer to the same message.
        """
        before = memory.turns
        bare = before and len(self.message.split()) < BARE_QUERY_WORDS
        query = f"{before[-1].message} {self.message}" if bare else self.message
        history = memory.history(scene, query, room)
        return Stimulus(f"turn-{len(before) + 1}", character, self.text, query, history, sample=draw, plain=self.plain)
