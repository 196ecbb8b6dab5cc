"""Bounds the whole duration of a blocking call. A client's own timeout bounds each read, so a server that drips is never late."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def call_within(seconds: float, work: Callable[[], T], late: Callable[[], Exception]) -> T:
    """Runs `work` in a thread of its own and returns its result.

    Args:
        seconds: The longest wait. After it the thread is left to end by itself; it does not keep the process alive.
        work: The blocking call.
        late: Makes the exception that is raised after the longest wait.

    Raises:
        Exception: What `work` raises, or what `late` makes.
    """
    outcome: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((work(), None))
        except BaseException as error:
            outcome.put((None, error))

    threading.Thread(target=run, name="model call", daemon=True).start()
    try:
        result, error = outcome.get(timeout=seconds)
    except queue.Empty:
        raise late() from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]
