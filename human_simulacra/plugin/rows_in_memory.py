"""Bounds how many rows of a run are in memory at once, however many its parts have."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

import pyarrow

MOST_ROWS = 10_000  # about 100 MB
_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
RELEASED_ROWS = 1000  # rows that are worth the half second that it takes to release their memory


class OpenRows:
    """Lets parts of a run begin as long as their rows together are few.

    Two parts may always be open, so that the next one has calls to make while the last rows of another are under way.

    Args:
        most: Maximum number of rows of more than two parts.
    """

    def __init__(self, most: int = MOST_ROWS) -> None:
        self._most = most
        self._open: list[int] = []
        self._closed = False
        self._changed = threading.Condition()

    @contextmanager
    def held(self, rows: int) -> Iterator[None]:
        """Waits until a part with so many rows may be open, and holds them during a `with` block.

        Raises:
            CancelledError: If the run has ended meanwhile.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._open) < 2 or sum(self._open) + rows <= self._most)
            if self._closed:
                raise CancelledError
            self._open.append(rows)
        try:
            yield
        finally:
            _release_memory(rows)
            with self._changed:
                self._open.remove(rows)
                self._changed.notify_all()

    def close(self) -> None:
        """Ends the waiting of all parts."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def share_one_heap() -> None:
    """Has all threads that start later allocate from one heap, where the C library is glibc.

    By default each thread has a heap of its own. Rows that one thread makes and another drops leave gaps in all of them.
    """
    _call_glibc("mallopt", _ARENA_MAX, 1)


def _release_memory(rows: int) -> None:
    """Gives memory that nothing uses any more back to the system, which Python, Arrow and the C library would keep.

    Args:
        rows: How many rows used it; a few are not worth the time.
    """
    if rows < RELEASED_ROWS:
        return
    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    _call_glibc("malloc_trim", 0)


def _call_glibc(name: str, *arguments: int) -> None:
    """Calls a function of the C library of Linux; other C libraries, which do not have it, manage memory in their own way."""
    if sys.platform == "linux" and (function := getattr(ctypes.CDLL(None), name, None)):
        function(*arguments)
