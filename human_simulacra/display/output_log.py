"""Sends to a file what libraries print and log, so that it does not mix with a display."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from human_simulacra.redacted_output import RedactedStream

_STYLE = re.compile("\x1b\\[[0-9;]*m")


class _LogStream(RedactedStream):
    """A log without secrets and without the colours that libraries write for a terminal."""

    def write(self, text: str) -> int:
        super().write(_STYLE.sub("", text))
        return len(text)


@contextmanager
def output_to(path: Path, loggers: Iterable[logging.Logger] = ()) -> Iterator[None]:
    """Appends to a file, during a `with` block, all that is printed and logged, without secrets.

    Args:
        path: The file; it is created with its folder if missing.
        loggers: Loggers whose handlers are changed wherever they write, except to files. Of all other loggers, those handlers
            are changed that write to standard output or standard error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # It is not closed: a library may keep the stream and write to it later.
    log = cast(Any, _LogStream(path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)))
    listed = [found for found in logging.root.manager.loggerDict.values() if isinstance(found, logging.Logger)]
    changed = [(handler, handler.stream) for handler in _handlers(loggers) if not isinstance(handler, logging.FileHandler)]
    changed += [(handler, handler.stream) for handler in _handlers([logging.root, *listed]) if _is_terminal(handler.stream)]
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = log
    for handler, _ in changed:
        handler.stream = log  # setStream would flush the stream before, which may be closed
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for handler, stream in changed:
            handler.stream = stream


def _handlers(loggers: Iterable[logging.Logger]) -> list[Any]:
    """Returns the handlers with a stream of their own; others look up standard error whenever they write."""
    return [handler for logger in loggers for handler in logger.handlers if "stream" in vars(handler)]


def _is_terminal(stream: Any) -> bool:
    return stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__) or isinstance(stream, RedactedStream)
