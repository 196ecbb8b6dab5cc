"""The form of a structured answer: the JSON schema that a backbone holds the reply to, and the strict reading of the reply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "answer"


@dataclass(frozen=True)
class AnswerForm:
    """One of the `choices`, or with `several` any number of them, as a JSON object with the key `answer`.

    Args:
        choices: The words that an answer can name, such as the letters of the options.
        several: Whether an answer is a list of choices.
    """

    choices: tuple[str, ...]
    several: bool = False

    def schema(self, bounded: bool = False) -> Mapping[str, Any]:
        """Returns the JSON schema.

        By default it has only keywords that every server accepts: OpenAI's strict mode refuses `uniqueItems`, and Azure and Groq
        also `minItems` and `maxItems`. `read` makes sure that a choice counts once and that there is at least one.

        Args:
            bounded: Whether the schema also says how long a list can be. Without a bound, a weak model repeats letters up to its
                token limit.
        """
        one: dict[str, Any] = {"type": "string", "enum": list(self.choices)}
        bounds = {"minItems": 1, "maxItems": len(self.choices)} if bounded else {}
        value = {"type": "array", "items": one, **bounds} if self.several else one
        return {"type": "object", "properties": {KEY: value}, "required": [KEY], "additionalProperties": False}

    def read(self, text: str) -> str | None:
        """Returns the choices of a reply, joined by commas (`B`, or `A, C` in the order of `choices`).

        Args:
            text: The reply, which must be a JSON object of this form and nothing else.

        Returns:
            The choices, or None if the reply is not of this form or names none.
        """
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, dict) or list(found) != [KEY]:
            return None
        named = found[KEY] if self.several else [found[KEY]]
        if not isinstance(named, list) or not named or any(choice not in self.choices for choice in named):
            return None
        return ", ".join(choice for choice in self.choices if choice in named)
