"""Dynamic batches for a model in this process: whatever waits when it becomes free goes into one call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.worker_pool import WorkerPool


class DynamicBatcher:
    """Gathers items of a kind into calls of `work`, one call at a time.

    Args:
        work: (kind, items) to results in the same order; a BackboneError goes to every item of the batch.
        size: Items a batch at most.
        lanes: Where the work is done; one.
    """

    def __init__(self, work: Callable[[Any, Sequence[Any]], Sequence[Any]], size: int, workers: WorkerPool) -> None:
        self._work = work
        self._size = size
        self._workers = workers
        self._waiting: list[tuple[Hashable, Any, asyncio.Future[Any]]] = []
        self._running = False
        self._drainer: asyncio.Task[None] | None = None

    async def submit(self, kind: Hashable, item: Any) -> Any:
        """Returns the result of an item, which shares a batch only with items of an equal kind."""
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
                # Let every task that is ready keep its answer and put its next call in before a batch is cut.
                await asyncio.sleep(0)
                first = self._waiting[0][0]
                batch = [entry for entry in self._waiting if entry[0] == first][: self._size]
                self._waiting = [entry for entry in self._waiting if entry not in batch]
                try:
                    answers = await self._workers.run(self._work, first, [item for _, item, _ in batch])
                    for (_, _, future), result in zip(batch, answers, strict=True):
                        if not future.done():
                            future.set_result(result)
                except BackboneError as error:
                    for _, _, future in batch:
                        if not future.done():
                            future.set_exception(error)
        finally:
            self._running = False
