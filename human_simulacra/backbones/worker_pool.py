"""Threads for blocking calls, which take no new call until what came of the last one was taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class WorkerPool:
    """Runs blocking calls in threads, a bounded number at once.

    A thread pool alone would begin its next call as soon as a thread is free, however far behind the event loop is; a
    kill then loses answers that were paid for and not yet written to the cache. A lane is free only when the awaiting
    task has gone on, so no more than `count` answers can be lost.

    Args:
        count: Calls at once.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(max_workers=count, thread_name_prefix="backbone")
        # A semaphore belongs to one event loop, while a backbone may outlive several.
        self._free: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Returns what `work` returns in a thread.

        What the awaiting task does with it before it next waits for something is done before the lane's next call begins.
        """
        loop = asyncio.get_running_loop()
        async with self._free.setdefault(loop, asyncio.Semaphore(self._count)):
            return await loop.run_in_executor(self._pool, work, *arguments)
