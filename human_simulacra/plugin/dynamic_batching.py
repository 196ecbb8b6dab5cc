"""Dynamic batching for in-process models: the next call takes all waiting items of the same kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from human_simulacra.backbones.worker_pool import WorkerPool


class DynamicBatcher:
    """Collects items of the same kind into batches and processes one batch at a time.

    Args:
        work: Maps (kind, items) to results in the same order. An exception is raised for every item of the batch.
        size: Maximum number of items per batch.
        workers: A pool of one worker, which runs `work`.
    """

    def __init__(self, work: Callable[[Any, Sequence[Any]], Sequence[Any]], size: int, workers: WorkerPool) -> None:
        self._work = work
        self._size = size
        self._workers = workers
        self._waiting: list[tuple[Hashable, Any, asyncio.Future[Any]]] = []
        self._running = False
        self._drainer: asyncio.Task[None] | None = None

    async def submit(self, kind: Hashable, item: Any) -> Any:
        """Processes an item and returns its result. Items share a batch only if their kinds are equal."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((kind, item, answer))
        if not self._running:
            self._running = True
            self._drainer = loop.create_task(self._drain())
        return await answer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                # Let every ready task store its result and submit its next call before the next batch is formed.
                await asyncio.sleep(0)
                first = self._waiting[0][0]
                batch = [entry for entry in self._waiting if entry[0] == first][: self._size]
                self._waiting = [entry for entry in self._waiting if entry not in batch]
                try:
                    answers = await self._workers.run(self._work, first, [item for _, item, _ in batch])
                    for (_, _, future), result in zip(batch, answers, strict=True):
                        if not future.done():
                            future.set_result(result)
                except Exception as error:
                    for _, _, future in batch:
                        if not future.done():
                            future.set_exception(error)
        finally:
            self._running = False
