"""How many rows are in work at once, and which row is next."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


class RowSlots:
    """Lets a bounded number of rows be in work. A free slot goes to the waiting row with the most calls still to make in turn.

    Starting the longest rows first keeps the end of a run short. Among equals, datasets come in the order in which they
    entered, so that each is finished as early as possible and rows with a common prompt prefix stay together.

    Args:
        size: Maximum number of rows in work.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._free = size
        self._datasets, self._numbers = count(), count()
        self._waiting: list[tuple[int, int, int, asyncio.Future[None]]] = []

    def enter_dataset(self) -> int:
        """Returns the number of a new dataset, by which its rows are ordered."""
        return next(self._datasets)

    @asynccontextmanager
    async def taken(self, calls: int, dataset: int) -> AsyncIterator[None]:
        """Waits for a slot and holds it during an `async with` block.

        Args:
            calls: Number of calls that the row makes one after the other.
            dataset: The number of its dataset.
        """
        await self._take(calls, dataset)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, calls: int, dataset: int) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (-calls, dataset, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()
            raise

    def _give_back(self) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[-1]
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
