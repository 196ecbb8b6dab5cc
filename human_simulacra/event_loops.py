"""Event loops: a coroutine run to its end from synchronous code, also in a notebook, and values that belong to one loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def run_coroutine(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine as `asyncio.run` does and returns its result.

    Where this thread already runs an event loop, a thread of its own runs the coroutine, and this one waits. An interrupt
    (ctrl-C, the button of a notebook) then cancels it and waits until it has ended.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any] | None]] = Future()

    async def watched() -> T:
        begun.set_result((asyncio.get_running_loop(), asyncio.current_task()))
        return await work

    # The context says to which cell of a notebook an output belongs.
    context = contextvars.copy_context()
    with ThreadPoolExecutor(1, thread_name_prefix="coroutine") as thread:
        result = thread.submit(lambda: context.run(asyncio.run, watched()))
        try:
            return result.result()
        except BaseException:
            if not result.done():
                loop, task = begun.result()
                assert task is not None
                loop.call_soon_threadsafe(task.cancel)
            raise


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
