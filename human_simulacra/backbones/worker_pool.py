"""Runs blocking calls, of models that have no asynchronous interface, in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from human_simulacra.backbones.call_slots import CallSlots, as_slots

T = TypeVar("T")


class WorkerPool:
    """Runs blocking calls in threads, at most as many at once as there are slots.

    Args:
        concurrency: Maximum number of concurrent calls, or slots that are shared.
    """

    def __init__(self, concurrency: int | CallSlots) -> None:
        self._slots = as_slots(concurrency)
        self._pool = ThreadPoolExecutor(max_workers=self._slots.count, thread_name_prefix="backbone")

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Runs `work` in a thread and returns its result."""
        async with self._slots:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
