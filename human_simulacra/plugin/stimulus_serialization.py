"""Encodes a stimulus as one string (the column `envelope`), for inferencers that only pass a prompt.

OpenCompass 0.5.4 fills templates by replacing `{column}` for one column after the other, even inside values already filled
in: a question containing `{answer}` would leak the answer key. Braces inside the strings of an envelope are escaped.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from human_simulacra.errors import UserError
from human_simulacra.types import Message, Stimulus


def encode_stimulus(stimulus: Stimulus) -> str:
    """Returns the stimulus as JSON without braces inside its strings."""
    text = json.dumps(asdict(stimulus))
    inner = text[1:-1].replace("{", "\\u007b").replace("}", "\\u007d") if not stimulus.history else text[1:-1]
    return "{" + inner + "}"


def decode_stimulus(text: str) -> Stimulus:
    """Returns the stimulus of an envelope; raises a UserError for any other text."""
    try:
        fields = json.loads(text)
        history = tuple(Message(**message) for message in fields.pop("history"))
        return Stimulus(**{**fields, "history": history, "options": tuple(fields["options"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UserError(
            "a Simulacrum answers the rows of human_simulacra datasets: use their column 'envelope' as the prompt template"
        ) from None
