"""A stimulus as one plain string, for inferencers that pass nothing but a prompt (the stock `GenInferencer`).

OpenCompass fills templates by replacing `{column}` for every column in turn, also inside values that are already
filled in (0.5.4), so that a question containing `{answer}` would leak the key. The braces inside an envelope's
strings are therefore escaped, and it is never touched.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from human_simulacra.errors import UserError
from human_simulacra.types import Message, Stimulus


def seal(stimulus: Stimulus) -> str:
    """Returns the stimulus as JSON whose strings hold no brace."""
    text = json.dumps(asdict(stimulus))
    inner = text[1:-1].replace("{", "\\u007b").replace("}", "\\u007d") if not stimulus.history else text[1:-1]
    return "{" + inner + "}"


def unseal(text: str) -> Stimulus:
    """Reads a sealed stimulus; anything else is a UserError that says how the model is to be used."""
    try:
        fields = json.loads(text)
        history = tuple(Message(**message) for message in fields.pop("history"))
        return Stimulus(**{**fields, "history": history, "options": tuple(fields["options"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UserError(
            "a Simulacrum answers the rows of human_simulacra datasets: use their column 'envelope' as the prompt template"
        ) from None
