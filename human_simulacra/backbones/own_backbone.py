"""A backbone that a user wrote: what it is and returns is checked, and a mistake is named as the user's."""

from __future__ import annotations

import inspect
import reprlib
from collections.abc import Sequence
from typing import Any

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.streaming import OnText, StreamingBackbone
from human_simulacra.errors import UserError
from human_simulacra.types import Completion, Generation, Message

EXAMPLE = "return Completion('Hello.')"


class OwnBackbone:
    """A user's backbone, which streams if the user's does.

    Args:
        own: The user's object, with `fingerprint` and an async `complete`, and an async `stream` if it can stream.

    Raises:
        UserError: If it lacks something.
    """

    def __init__(self, own: Any) -> None:
        if isinstance(own, type):
            raise UserError(f"backbone must be an object of the class '{own.__name__}', not the class itself")
        self._own: Backbone = own
        self._name = f"backbone '{type(own).__name__}'"
        if not callable(getattr(own, "complete", None)):
            raise UserError(
                "backbone must be a model's name, an OpenCompass model config, a Python file that defines one, or an object: "
                f"{self._name} needs a method `complete`: async def complete(self, messages, generation)"
            )
        fingerprint = getattr(own, "fingerprint", None)
        if not isinstance(fingerprint, str):
            raise UserError(f"{self._name} needs a text `fingerprint` that identifies everything that affects its answers")
        self.fingerprint = fingerprint

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers like the user's; raises a UserError if that returns no completion."""
        return await self._check("complete", self._own.complete(messages, generation))

    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        """Streams like the user's, or gives the whole answer as one piece; raises as `complete`."""
        if isinstance(self._own, StreamingBackbone):
            return await self._check("stream", self._own.stream(messages, generation, on_text))
        completion = await self.complete(messages, generation)
        on_text(completion.text)
        return completion

    async def _check(self, method: str, returned: Any) -> Completion:
        where = f"`{method}` of {self._name} returned a"
        if not inspect.isawaitable(returned):
            raise UserError(f"{where} {_describe(returned)} that cannot be awaited: write `async def {method}`")
        found = await returned
        if not isinstance(found, Completion):
            raise UserError(f"{where} {_describe(found)}, not a human_simulacra.types.Completion: {EXAMPLE}")
        if not isinstance(found.text, str):
            raise UserError(f"{where} Completion whose text is a {_describe(found.text)}, not a str: {EXAMPLE}")
        return found


def _describe(value: object) -> str:
    return f"{type(value).__name__} ({reprlib.repr(value)})"
