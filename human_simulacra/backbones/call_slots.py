"""Bounds how many calls are under way at once, whatever makes them: one object can be shared by several backbones."""

from __future__ import annotations

import asyncio

from human_simulacra.event_loops import PerLoop


class CallSlots:
    """Slots for concurrent calls: `async with slots:` holds one. An event loop has all slots for itself.

    A slot is free again one turn of the event loop after its call has ended. What the awaiting task writes up to its next
    `await`, and what it has written in the next turn (`CallCache.put`), is then on disk before the next call starts. A kill
    loses at most `count` answers that were paid for.

    Args:
        count: Maximum number of concurrent calls.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = PerLoop(lambda: asyncio.Semaphore(count))

    async def __aenter__(self) -> None:
        await self._free.get().acquire()

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().call_soon(self._free.get().release)


def as_slots(concurrency: int | CallSlots) -> CallSlots:
    """Returns slots of one's own for a number of concurrent calls; shared slots as they are."""
    return concurrency if isinstance(concurrency, CallSlots) else CallSlots(concurrency)
