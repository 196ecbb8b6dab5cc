"""Limits on what a user may send: the lengths of messages and scenes."""

from __future__ import annotations

from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.errors import UserError
from human_simulacra.prompts import template

MESSAGE_TOKENS, SCENE_TOKENS = 800, 120


def check_message(message: str, estimator: TokenEstimator) -> str:
    """Returns a message without surrounding whitespace.

    Raises:
        UserError: If it is no text, empty or too long.
    """
    if not isinstance(message, str):
        raise UserError(f"the message must be a text, not {message!r:.80}")
    text = message.strip()
    if not text:
        raise UserError("the message is empty: write something")
    if (size := estimator.count(text)) > MESSAGE_TOKENS:
        raise UserError(f"the message has about {size} tokens, {MESSAGE_TOKENS} fit: send it in parts")
    return text


def check_scene(scene: str | None, estimator: TokenEstimator) -> str:
    """Returns a scene on one line; the coffee shop for None or a blank one.

    Raises:
        UserError: If it is too long.
    """
    text = " ".join((scene or "").split() or template("chat_scene").split())
    if (size := estimator.count(text)) > SCENE_TOKENS:
        raise UserError(f"the scene has about {size} tokens: describe it in at most {SCENE_TOKENS}")
    return text
