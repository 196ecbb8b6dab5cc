"""Text for a terminal: without control characters, wrapped at words, and in colour where the terminal shows it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable

NAME, QUIET, ERROR = "1;36", "2", "31"  # SGR codes: bold cyan, faint, red


def strip_control_characters(text: str) -> str:
    """Removes control characters: a model's output must not control the terminal."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0))


def colour(text: str, code: str) -> str:
    """Returns a text in a colour if standard output is a terminal, `NO_COLOR` is unset or empty, and `TERM` is not `dumb`."""
    shows = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\x1b[{code}m{text}\x1b[0m" if shows else text


def terminal_width() -> int:
    """Returns the number of columns of the terminal."""
    return shutil.get_terminal_size().columns


def wrap(text: str, width: int) -> str:
    """Wraps each line at words; the lines that this makes are indented as the line is."""
    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        options = {"subsequent_indent": indent, "break_long_words": False, "break_on_hyphens": False}
        lines.append("\n".join(textwrap.wrap(line, width, **options)) or line)  # type: ignore[arg-type]
    return "\n".join(lines)


class WordWrapper:
    """Wraps a text that comes in pieces: a word is written when it is complete.

    Args:
        write: Writes a text.
        width: The number of columns.
        column: The column at which the text begins.
    """

    def __init__(self, write: Callable[[str], None], width: int, column: int = 0) -> None:
        self._write, self._width, self._column = write, width, column
        self._word = ""

    def add(self, piece: str) -> None:
        """Adds a piece of the text."""
        *whole, self._word = re.split(r"(\s)", self._word + piece)
        for part in whole:
            self._put(part)
        if _columns(self._word) >= self._width:  # a script without spaces
            self.end()

    def end(self) -> None:
        """Writes the last word."""
        self._put(self._word)
        self._word = ""

    def _put(self, part: str) -> None:
        size = _columns(part)
        if part == "\n":
            self._column = 0
        elif part.isspace() and self._column + size >= self._width:
            part, self._column = "\n", 0
        else:
            if self._column and self._column + size > self._width:
                part, self._column = f"\n{part}", 0
            self._column = (self._column + size) % self._width if size > self._width else self._column + size
        self._write(part)


def _columns(text: str) -> int:
    from prompt_toolkit.utils import get_cwidth  # East Asian letters take two columns

    return get_cwidth(text)
