"""The live view of a display at a terminal: a bar for each task, a total, calls, tokens, money and time left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from human_simulacra.display.counts import Count

MOST_TASKS, BAR = 8, 16
_OTHER_LINES = 6  # of the terminal that the tasks must leave free


def layout(
    console: Console,
    options: ConsoleOptions,
    tasks: Sequence[Count],
    open_tasks: Sequence[Count],
    phase: Count | None,
    facts: str,
) -> Iterator[RenderableType]:
    """Yields the lines of the view.

    Args:
        console: The console.
        options: Its size.
        tasks: All tasks of the phase in order.
        open_tasks: Those that are not finished; they are shown before finished ones if not all fit.
        phase: The total; None for a single task.
        facts: The last line.
    """
    most = max(1, min(MOST_TASKS, (options.height or console.height) - _OTHER_LINES))
    finished = [task for task in tasks if task not in open_tasks]
    kept = {*open_tasks[:most], *finished[max(0, len(finished) - max(0, most - len(open_tasks))) :]}
    shown = [task for task in tasks if task in kept]
    hidden = len(tasks) - len(shown)
    room = max(12, options.max_width - BAR - 28)
    grid = Table.grid(padding=(0, 1))
    for task in [*shown, *([phase] if phase else [])]:
        style = "bold" if task is phase else ""
        bar = ProgressBar(total=max(task.total, 1), completed=min(task.done, task.total), width=BAR)
        numbers = Text(task.numbers, style="red" if task.failed else style, overflow="ellipsis", no_wrap=True)
        grid.add_row(Text(shorten(task.label, room), style=style, no_wrap=True), bar, numbers)
    if hidden:
        yield Text(f"... {hidden} more", style="dim")
    yield grid
    yield Text(facts, style="dim")


def shorten(text: str, width: int) -> str:
    """Returns a text that fits a width, with dots in its middle if it is longer."""
    if len(text) <= width:
        return text
    end = (width - 3) * 2 // 3  # names differ at their end more often than at their beginning
    return f"{text[: width - 3 - end]}...{text[len(text) - end :]}"
