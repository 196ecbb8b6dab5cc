"""Progress of a task: shown on the display of the run that it belongs to, or on one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from human_simulacra.display.counts import Spent
from human_simulacra.display.display import Display, current_display


def add_spent(spent: Spent) -> None:
    """Adds calls that belong to no unit of a task to what the display of the run shows."""
    if display := current_display():
        display.counts.add_spent(spent)


class Progress:
    """Counts finished units of a task.

    Args:
        label: Name of the task.
        total: Number of units.
        done: Units finished by an earlier run.
        unit: Name of a unit, in the plural.
    """

    def __init__(self, label: str, total: int, done: int = 0, unit: str = "rows") -> None:
        self._own = ExitStack()  # closes the display if no other is open
        self._display = current_display() or self._own.enter_context(Display(alone=True).opened())
        self._task = self._display.open_task(label, total, done, unit)

    @property
    def total(self) -> int:
        """Number of units."""
        return self._task.total

    def step(self, failed: bool = False, reason: str = "", spent: Spent | None = None) -> None:
        """Counts one finished unit.

        Args:
            failed: Whether it failed.
            reason: Why it failed; shown the first time that it occurs.
            spent: The calls that it took, without those of the call cache.
        """
        if failed and reason:
            self._display.report_failure(self._task.label, reason)
        self._display.step(self._task, failed, spent)

    def extend(self, total: int) -> None:
        """Sets a new number of units, for a task whose length shows only on the way."""
        self._task.total = total

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leaves the terminal to others during a `with` block, such as to a prompt."""
        self._display.stop_live()
        try:
            yield
        finally:
            self._display.resume_live()

    def close(self) -> None:
        """Ends the task."""
        self._display.close_task(self._task)
        self._own.close()
