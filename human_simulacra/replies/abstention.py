"""Reading replies to questions that offer not knowing as an answer (docs/reading.md)."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.demanded_form import answer_lines
from human_simulacra.replies.plain_text import plain_text
from human_simulacra.replies.stance import read_stance


def says_not_known(reply: str) -> bool:
    """Returns whether a free-form reply says that the speaker does not know, and gives no answer and no guess."""
    text = plain_text(reply)
    if (lines := answer_lines(text)) and lines[-1][1]:
        text = lines[-1][0]
    return read_stance(text) == "abstains"


def read_choices_or_abstention(reply: str, options: Sequence[str]) -> tuple[int, ...] | None:
    """Reads which lettered options a reply chooses, where the letter after the last option stands for not knowing.

    A letter decides. A reply that chooses no option, but says that the speaker does not know, chooses not knowing. Words alone
    never add it to an option: "The violin, but I do not know the year" chooses the violin.

    Args:
        reply: The free-form reply.
        options: Texts of the options, A first, without that of not knowing.

    Returns:
        Positions in ascending order, `len(options)` for not knowing, also beside others; None if the reply is in doubt or
        chooses none.
    """
    chosen = read_choices(reply, (*options, ""))
    return (len(options),) if chosen is None and says_not_known(reply) else chosen
