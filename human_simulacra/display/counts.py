"""What a display counts: units of a task, calls, tokens and money; each describes itself in words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from human_simulacra.amounts import format_duration, format_money, format_tokens


@dataclass
class Spent:
    """Calls really made, their tokens and their money, which is None while no model has a price."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    money: float | None = None

    def add(self, other: Spent) -> None:
        """Adds what another one holds."""
        self.calls += other.calls
        self.prompt_tokens += other.prompt_tokens
        self.completion_tokens += other.completion_tokens
        if other.money is not None:
            self.money = (self.money or 0.0) + other.money

    def __str__(self) -> str:
        """Calls, tokens and money in words; empty if there was no call."""
        if not self.calls:
            return ""
        money = "" if self.money is None else f", cost {format_money(self.money)}"
        read, written = format_tokens(self.prompt_tokens), format_tokens(self.completion_tokens)
        return f"{self.calls:,} calls, {read} tokens in, {written} out{money}"


@dataclass(eq=False)
class Count:
    """Units of a task or a phase.

    Args:
        label: Name of the task.
        total: Number of units.
        unit: Name of a unit, in the plural.
        started: When it started, in seconds of a clock.
        done: Finished units, at first those of an earlier session.
        failed: How many of them failed.
        restored: How many of them an earlier session finished, which tell nothing about the speed.
    """

    label: str
    total: int
    unit: str
    started: float
    done: int = 0
    failed: int = 0
    restored: int = 0

    @property
    def numbers(self) -> str:
        """Finished and failed units in words."""
        return f"{self.done:,}/{self.total:,} {self.unit}" + (f", {self.failed:,} failed" if self.failed else "")

    def describe_rest(self, now: float) -> str:
        """Returns the expected time left in words; empty if it is unknown or nothing is left."""
        fresh = self.done - self.restored
        if fresh <= 0 or self.done >= self.total:
            return ""
        return f"about {format_duration((now - self.started) / fresh * (self.total - self.done))} left"


_opened: ContextVar[list[Count] | None] = ContextVar("opened_tasks", default=None)  # in the `Counts.counted` of this context


class Counts:
    """The tasks of a phase, its total, and what all took. Threads may count at once.

    Attributes:
        tasks: All tasks of the phase in order.
        open: Those that are not finished.
        phase: The total; None outside of a phase.
        spent: What the calls took.
    """

    def __init__(self) -> None:
        self.tasks: list[Count] = []
        self.open: list[Count] = []
        self.phase: Count | None = None
        self.spent = Spent()
        self._lock = threading.Lock()

    def start_phase(self, phase: Count | None) -> None:
        """Begins a phase without tasks; None ends one."""
        self.phase, self.tasks, self.open = phase, [], []

    def open_task(self, task: Count) -> None:
        """Adds a task, whose units count in the phase if they have the same name."""
        if (opened := _opened.get()) is not None:
            opened.append(task)
        with self._lock:
            self.tasks.append(task)
            self.open.append(task)
            self._count_in_phase(task, task.done, restored=task.restored)

    def step(self, task: Count, failed: bool, spent: Spent | None) -> None:
        """Counts one finished unit of a task and what it took."""
        with self._lock:
            task.done += 1
            task.failed += failed
            self._count_in_phase(task, 1, failed)
            if spent is not None:
                self.spent.add(spent)

    def add_spent(self, spent: Spent) -> None:
        """Adds calls that belong to no unit of a task."""
        with self._lock:
            self.spent.add(spent)

    def advance(self, units: int, failed: int = 0) -> None:
        """Counts units of the phase that no task counts, of which some failed."""
        with self._lock:
            if self.phase is not None:
                self.phase.done += units
                self.phase.failed += failed

    def close_task(self, task: Count) -> None:
        """Ends a task."""
        with self._lock:
            if task in self.open:
                self.open.remove(task)

    @contextmanager
    def counted(self, units: int) -> Iterator[None]:
        """Counts `units` of the phase by the end of a `with` block: those that no task in it has counted, as failed if it raises.

        Tasks belong to the block in whose context they are opened; blocks of several threads may overlap.
        """
        opened: list[Count] = []
        token = _opened.set(opened)
        failed = True
        try:
            yield
            failed = False
        finally:
            _opened.reset(token)
            if (phase := self.phase) is not None:
                rest = units - sum(task.done for task in opened if task.unit == phase.unit)
                self.advance(rest, rest * failed)

    def _count_in_phase(self, task: Count, done: int, failed: int = 0, restored: int = 0) -> None:
        if self.phase is not None and task.unit == self.phase.unit:
            self.phase.done += done
            self.phase.failed += failed
            self.phase.restored += restored
