"""Streams answers piece by piece from backbones that support it; other backbones give the answer as one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from human_simulacra.backbones.base import Backbone
from human_simulacra.types import Completion, Generation, Message

OnText = Callable[[str], None]


@runtime_checkable
class StreamingBackbone(Backbone, Protocol):
    """A backbone that can also stream its answer."""

    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        """Answers like `complete`, and calls `on_text` with each piece of text on the caller's event loop."""
        ...


async def stream(backbone: Backbone, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
    """Streams the answer if the backbone supports it; otherwise calls `on_text` once with the whole answer."""
    if isinstance(backbone, StreamingBackbone):
        return await backbone.stream(messages, generation, on_text)
    completion = await backbone.complete(messages, generation)
    on_text(completion.text)
    return completion
