"""Tells that new texts are embedded, which takes a minute for some lives, and how far it is, over all threads of a process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from human_simulacra.messages import tell

FEW = 256  # texts that are embedded without a word
SECONDS_BETWEEN_LINES = 10.0


class EncodingProgress:
    """Counts texts that are being embedded.

    Args:
        clock: Returns the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open = self._total = self._done = 0
        self._told = 0.0

    @contextmanager
    def embedding(self, count: int) -> Iterator[Callable[[int], None]]:
        """Tells that texts are embedded, unless others are already; gives a function to call with the number of each portion."""
        if count <= FEW:
            yield lambda portion: None
            return
        with self._lock:
            if not self._open:
                self._total = self._done = 0
                self._told = self._clock()
            first = not self._open
            self._open += 1
            self._total += count
        if first:
            tell(f"embedding {count:,} new texts for retrieval; their vectors are kept ...")
        try:
            yield self._step
        finally:
            with self._lock:
                self._open -= 1

    def _step(self, portion: int) -> None:
        with self._lock:
            self._done += portion
            due = self._done < self._total and self._clock() - self._told >= SECONDS_BETWEEN_LINES
            if due:
                self._told = self._clock()
            line = f"embedded {self._done:,} of {self._total:,} new texts"
        if due:
            tell(line)


PROGRESS = EncodingProgress()
