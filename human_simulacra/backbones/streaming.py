"""Streams answers piece by piece from backbones that support it; other backbones give the answer as one piece."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.worker_pool import WorkerPool
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


async def stream_in_thread(
    workers: WorkerPool,
    work: Callable[[Sequence[Message], Generation, OnText, threading.Event], Completion],
    messages: Sequence[Message],
    generation: Generation,
    on_text: OnText,
) -> Completion:
    """Runs a blocking stream in a thread. Cancelling the caller stops the stream at its next piece.

    Args:
        workers: Provides the thread.
        work: Streams the answer: calls the function that it is given with each piece, until the event is set.
        messages: The conversation.
        generation: Generation parameters.
        on_text: Called with each piece on the caller's event loop.
    """
    loop = asyncio.get_running_loop()
    stop = threading.Event()

    def forward(piece: str) -> None:
        if not stop.is_set():
            loop.call_soon_threadsafe(on_text, piece)

    try:
        return await workers.run(work, messages, generation, forward, stop)
    finally:
        stop.set()
