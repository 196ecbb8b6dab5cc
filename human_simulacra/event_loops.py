"""Event loops: coroutines run from synchronous code, on one loop each or a shared one, and values that belong to one loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

T = TypeVar("T")
STOP_SECONDS = 5.0


class BackgroundLoop:
    """An event loop in a daemon thread, which starts with the first coroutine. A coroutine has the context of who started it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Starts a coroutine and returns its future; cancelling the future cancels the coroutine.

        Raises:
            CancelledError: If the loop is closed.
        """
        with self._lock:
            if self._closed:
                work.close()
                raise CancelledError
            if self._thread is None:
                ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
                self._thread = threading.Thread(target=lambda: asyncio.run(_serve(ready)), name="coroutines", daemon=True)
                self._thread.start()
                self._loop, self._stop = ready.result()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine and returns its result. An interrupt (ctrl-C) cancels it and waits until it has ended.

        Raises:
            CancelledError: If the loop is closed before the coroutine has ended.
        """
        ended = threading.Event()

        async def watched() -> T:
            try:
                return await work
            finally:
                ended.set()

        try:
            future = self.start(watched())
        except CancelledError:
            work.close()
            raise
        try:
            return future.result()
        except BaseException:
            if future.cancel():
                ended.wait(STOP_SECONDS)
            raise

    def close(self) -> None:
        """Cancels all coroutines, waits until they have ended, and ends the thread."""
        with self._lock:
            if self._thread is not None and not self._closed:
                self._loop.call_soon_threadsafe(self._stop.set)
            self._closed = True
        if self._thread is not None:
            self._thread.join()


async def _serve(ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
    stop = asyncio.Event()
    ready.set_result((asyncio.get_running_loop(), stop))
    await stop.wait()


_shared: ContextVar[BackgroundLoop | None] = ContextVar("shared_loop", default=None)


@contextmanager
def shared_event_loop() -> Iterator[BackgroundLoop]:
    """Gives all threads that have the context of a `with` block one event loop: `run_coroutine` runs coroutines there."""
    loop = BackgroundLoop()
    token = _shared.set(loop)
    try:
        yield loop
    finally:
        _shared.reset(token)
        loop.close()


def run_coroutine(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine as `asyncio.run` does and returns its result, or on the shared event loop (`shared_event_loop`).

    Where this thread already runs an event loop, as in a notebook, a thread of its own runs the coroutine, and this one waits.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        shared = _shared.get()
        return asyncio.run(work) if shared is None else shared.run(work)
    own = BackgroundLoop()
    try:
        return own.run(work)
    finally:
        own.close()


class PerLoop(Generic[T]):
    """A value for each event loop, made when one of its coroutines first asks for it; those of closed loops are dropped.

    Args:
        make: Makes the value of the running loop.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._values: dict[asyncio.AbstractEventLoop, T] = {}
        self._lock = threading.Lock()

    def get(self) -> T:
        """Returns the value of the running event loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._values:
            with self._lock:
                self._values = {known: value for known, value in self._values.items() if not known.is_closed()}
                self._values[loop] = self._make()
        return self._values[loop]
