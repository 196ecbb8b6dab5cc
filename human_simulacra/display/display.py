"""The display of a command: live at a terminal, plain lines elsewhere; messages stand above what is live."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.text import Text

from human_simulacra.amounts import format_duration
from human_simulacra.display.counts import Count, Counts, Spent
from human_simulacra.display.live_view import layout
from human_simulacra.messages import received_by
from human_simulacra.secret_redaction import redact

SECONDS_BETWEEN_LINES = 15.0
_displays: list[Display] = []


def current_display() -> Display | None:
    """Returns the display that is open, or None."""
    return _displays[-1] if _displays else None


class Display:
    """Shows tasks, problems and messages on one stream, and results on another.

    Args:
        stream: Where progress and messages go; standard error by default.
        results: Where results go; standard output by default.
        quiet: Whether nothing but problems and results is shown.
        wide: Whether results may be wider than the terminal.
        alone: Whether other code prints while it is open; its lines then go above what is live.
        clock: Returns the time in seconds.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        results: TextIO | None = None,
        quiet: bool = False,
        wide: bool = False,
        alone: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream, self._results = stream or sys.stderr, results or sys.stdout
        self.quiet, self.wide, self._alone, self._clock = quiet, wide, alone, clock
        terminal = self._stream.isatty()
        self._console = Console(file=self._stream, highlight=False) if terminal else None
        if self._console is not None and self._console.is_dumb_terminal:
            self._console = None
        self._live: Live | None = None
        self._last = clock()
        self.counts = Counts()
        self._told: set[str] = set()
        self._telling = threading.Lock()
        self.written: list[str] = []  # the results

    @contextmanager
    def opened(self) -> Iterator[Display]:
        """Makes this the current display during a `with` block, and the one that shows messages."""
        _displays.append(self)
        try:
            with received_by(self):
                yield self
        finally:
            self.stop_live()
            _displays.remove(self)

    def tell(self, text: str) -> None:
        """Shows information, which is left out if the display is quiet."""
        if not self.quiet:
            self._print(text)

    def warn(self, text: str) -> None:
        """Shows a problem."""
        self._print(text, "red")

    def report_failure(self, place: str, reason: str, more: str = "") -> None:
        """Shows why something failed, the first time that this reason occurs.

        Args:
            place: What failed.
            reason: Why; reasons that differ in numbers alone are the same.
            more: What to add, such as where the log is.
        """
        kind = re.sub(r"\d+", "0", reason)
        with self._telling:  # parts of a run that fail at once
            told = kind in self._told
            self._told.add(kind)
        if not told:
            self.warn(_join(f"failed: {place}: {reason}", more))

    def start_phase(self, name: str, total: int, unit: str) -> None:
        """Starts a phase of a run, whose total is shown below its tasks.

        Args:
            name: What is done.
            total: Number of units.
            unit: Name of a unit, in the plural. Units of tasks with the same name are counted in the phase.
        """
        self.end_phase()
        self.counts.start_phase(Count(name, total, unit, self._clock()))
        self._start_live()

    def end_phase(self) -> None:
        """Ends the phase, if there is one, and says what was done in it."""
        self.stop_live()
        if (phase := self.counts.phase) is not None:
            took = format_duration(self._clock() - phase.started)
            self.tell(_join(f"{phase.label}: {phase.numbers} in {took}", str(self.counts.spent)))
        self.counts.start_phase(None)

    def open_task(self, label: str, total: int, done: int, unit: str) -> Count:
        """Starts a task, of which `done` units are finished already, and returns its count."""
        task = Count(label, total, unit, self._clock(), done, restored=done)
        self.counts.open_task(task)
        if self._console is None and task.done == task.total:
            self.tell(self._line(task))
        self._start_live()
        return task

    def step(self, task: Count, failed: bool = False, spent: Spent | None = None) -> None:
        """Counts one finished unit of a task and what it took."""
        self.counts.step(task, failed, spent)
        if self._console is None and (self._clock() - self._last >= SECONDS_BETWEEN_LINES or task.done == task.total):
            self._last = self._clock()
            self.tell(self._line(task))

    def close_task(self, task: Count) -> None:
        """Ends a task."""
        self.counts.close_task(task)
        if self.counts.phase is None and not self.counts.open:
            self.stop_live()
            if self._console is not None:
                self.tell(self._line(task))

    def write_result(self, text: str) -> None:
        """Writes a result, after which nothing is live."""
        self.stop_live()
        self.written.append(text)
        print(redact(text), file=self._results, flush=True)

    @property
    def result_width(self) -> int | None:
        """Columns of the terminal that shows results; None if they go elsewhere."""
        return Console(file=self._results).width if self._results.isatty() else None

    def stop_live(self) -> None:
        """Takes what is live off the terminal; the next task brings it back."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def resume_live(self) -> None:
        """Shows the open tasks again."""
        if self.counts.open or self.counts.phase is not None:
            self._start_live()

    def _start_live(self) -> None:
        if self._console is not None and self._live is None and not self.quiet:
            # What others print goes above the view; in a run it goes to a log.
            both = {"redirect_stdout": self._alone and sys.stdout.isatty(), "redirect_stderr": self._alone}
            self._live = Live(self, console=self._console, transient=True, **both)
            self._live.start()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Renders the live view."""
        counts = self.counts
        facts = self._facts(counts.phase or (counts.open or [None])[-1])
        found: Iterator[RenderableType] = layout(console, options, [*counts.tasks], [*counts.open], counts.phase, facts)
        yield from found

    def _facts(self, count: Count | None) -> str:
        if count is None:
            return str(self.counts.spent)
        now = self._clock()
        return _join(str(self.counts.spent), f"{format_duration(now - count.started)} so far", count.describe_rest(now))

    def _line(self, task: Count) -> str:
        now = self._clock()
        own = ", ".join(filter(None, (f"{task.label}: {task.numbers}", task.describe_rest(now))))
        phase = self.counts.phase
        whole = ", ".join(filter(None, (phase.numbers, phase.describe_rest(now)))) if phase else ""
        return _join(own, f"all: {whole}" if whole else "", str(self.counts.spent))

    def _print(self, text: str, style: str = "") -> None:
        text = redact(text)
        if self._console is not None:
            self._console.print(Text(text, style=style))
        else:
            print(text, file=self._stream, flush=True)


def _join(*parts: str) -> str:
    return "; ".join(filter(None, parts))
