"""Progress of long tasks: a bar on a terminal, otherwise a line every few seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 15.0


class Progress:
    """Counts finished units of a task and shows them on standard error.

    Args:
        label: Name of the task.
        total: Number of units.
        done: Units finished by an earlier run.
        clock: Returns the time in seconds.
        unit: Name of a unit, in the plural.
    """

    def __init__(
        self, label: str, total: int, done: int = 0, clock: Callable[[], float] = time.monotonic, unit: str = "rows"
    ) -> None:
        self.label, self.total, self.done, self.failed, self.unit = label, total, done, 0, unit
        self._clock = clock
        self._started = self._last = clock()
        self._at_start = done
        self._bar = tqdm(total=total, initial=done, desc=label, unit=f" {unit}") if sys.stderr.isatty() else None
        if self._bar is None:
            self._print()

    def step(self, failed: bool = False) -> None:
        """Counts one finished unit."""
        self.done += 1
        self.failed += failed
        if self._bar is not None:
            self._bar.update()
        elif self._clock() - self._last >= SECONDS_BETWEEN_LINES or self.done == self.total:
            self._print()

    def extend(self, total: int) -> None:
        """Sets a new number of units, for a task whose length shows only on the way."""
        self.total = total
        if self._bar is not None:
            self._bar.total = total

    def _print(self) -> None:
        self._last = self._clock()
        fresh = self.done - self._at_start
        rest = (self._last - self._started) / fresh * (self.total - self.done) if fresh else None
        left = f", about {rest:.0f} s left" if rest and self.done < self.total else ""
        failed = f", {self.failed} failed" if self.failed else ""
        print(f"{self.label}: {self.done}/{self.total} {self.unit}{failed}{left}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Removes the bar from the terminal."""
        if self._bar is not None:
            self._bar.close()
