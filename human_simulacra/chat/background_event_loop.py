"""An event loop in a background thread, so that synchronous code can wait for a coroutine anywhere."""

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
    """Runs coroutines in a daemon thread, which starts with the first coroutine."""

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="conversation", daemon=True).start()
        return loop

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Starts a coroutine and returns its future; cancelling the future cancels the coroutine."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine and returns its result. An interrupt (ctrl-C) cancels it and waits until it has ended."""
        ended = threading.Event()

        async def watched() -> T:
            try:
                return await work
            finally:
                ended.set()

        future = self.start(watched())
        try:
            return future.result()
        except BaseException:
            if future.cancel():
                ended.wait(STOP_SECONDS)
            raise
