"""An event loop in a thread of its own, so that a plain call can wait for a coroutine wherever it is made."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")
STOP_SECONDS = 5.0


class BackgroundLoop:
    """Runs coroutines in one daemon thread, which starts with the first of them."""

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="conversation", daemon=True).start()
        return loop

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Starts a coroutine and returns its future; cancelling the future cancels the coroutine."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine to its end; an interruption (ctrl-C) cancels it and waits until it has wound up."""
        over = threading.Event()

        async def watched() -> T:
            try:
                return await work
            finally:
                over.set()

        future = self.start(watched())
        try:
            return future.result()
        except BaseException:
            if future.cancel():
                over.wait(STOP_SECONDS)
            raise
