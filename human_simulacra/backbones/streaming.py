"""Hearing an answer while it is written, where a backbone can; elsewhere it comes in one piece."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.worker_pool import WorkerPool
from human_simulacra.types import Completion, Generation, Message

OnText = Callable[[str], None]
_OPEN, _CLOSE = "<think>", "</think>"


@runtime_checkable
class StreamingBackbone(Protocol):
    """A backbone that can also hand out its answer piece by piece."""

    fingerprint: str

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers a conversation in one piece."""
        ...

    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        """Answers like `complete` and calls `hear`, on the caller's event loop, with each piece of text."""
        ...


async def stream(backbone: Backbone, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
    """Answers piece by piece where the backbone can, else calls `hear` once with the whole answer."""
    if isinstance(backbone, StreamingBackbone):
        return await backbone.stream(messages, generation, on_text)
    completion = await backbone.complete(messages, generation)
    on_text(completion.text)
    return completion


class ReasoningFilter:
    """Passes on what an answer says aloud and holds a leading chain of thought back until it is over.

    Args:
        hear: Gets the pieces that are said aloud.
    """

    def __init__(self, on_text: OnText) -> None:
        self._on_text = on_text
        self._held: str | None = ""

    def add(self, piece: str) -> None:
        """Takes the next piece of the model's text."""
        if self._held is None:
            self._on_text(piece)
            return
        self._held += piece
        start = self._held.lstrip()
        if start.startswith(_OPEN):
            if _CLOSE not in start:
                return
            start = start.split(_CLOSE, 1)[1].lstrip()
            if not start:
                self._held = f"{_OPEN}{_CLOSE}"
                return
        elif _OPEN.startswith(start):
            return
        self._held = None
        self._on_text(start)

    def end(self) -> None:
        """Passes on what was held back but turned out to be no chain of thought."""
        if self._held and not self._held.lstrip().startswith(_OPEN) and self._held.strip():
            self._on_text(self._held.lstrip())
        self._held = None


async def stream_in_thread(
    workers: WorkerPool,
    work: Callable[[Sequence[Message], Generation, OnText, threading.Event], Completion],
    messages: Sequence[Message],
    generation: Generation,
    on_text: OnText,
) -> Completion:
    """Runs a blocking stream in a thread; a cancelled caller stops it at its next piece.

    Args:
        lanes: Where the thread comes from.
        work: Streams, calling the function that it is given with each piece, until the event is set.
        messages: The conversation.
        generation: Parameters of the answer.
        hear: Called on the caller's event loop with each piece.
    """
    loop = asyncio.get_running_loop()
    stop = threading.Event()

    def hand_over(piece: str) -> None:
        if not stop.is_set():
            loop.call_soon_threadsafe(on_text, piece)

    try:
        return await workers.run(work, messages, generation, hand_over, stop)
    finally:
        stop.set()
