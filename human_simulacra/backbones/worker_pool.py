"""A pool of threads for blocking calls, which starts a new call only after the last result was processed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class WorkerPool:
    """Runs blocking calls in threads, at most `count` at once.

    A plain thread pool starts its next call as soon as a thread is free, however far the event loop lags behind. A kill
    then loses answers that were paid for but not yet written to the cache. Here a worker is free only after the awaiting
    task has resumed, so that at most `count` answers can be lost.

    Args:
        count: Maximum number of concurrent calls.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(max_workers=count, thread_name_prefix="backbone")
        # A semaphore belongs to one event loop, while a backbone may outlive several.
        self._free: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Runs `work` in a thread and returns its result.

        The awaiting task runs up to its next `await` before this worker starts another call.
        """
        loop = asyncio.get_running_loop()
        async with self._free.setdefault(loop, asyncio.Semaphore(self._count)):
            return await loop.run_in_executor(self._pool, work, *arguments)
