"""Sends to a file what libraries print and log, so that it does not mix with a display."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from human_simulacra.redacted_output import RedactedStream


@contextmanager
def output_to(path: Path, loggers: Iterable[logging.Logger] = ()) -> Iterator[None]:
    """Appends to a file, during a `with` block, all that is printed and logged, without secrets.

    Args:
        path: The file; it is created with its folder if missing.
        loggers: Loggers that `logging` does not list. The handlers of all others are changed too, except those that write
            neither to standard output nor to standard error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # It is not closed: a library may keep the stream and write to it later.
    log = cast(Any, RedactedStream(path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)))
    listed = [found for found in logging.root.manager.loggerDict.values() if isinstance(found, logging.Logger)]
    handlers = [handler for logger in (logging.root, *listed, *loggers) for handler in logger.handlers]
    changed = [(handler, handler.stream) for handler in handlers if isinstance(handler, logging.StreamHandler)]
    changed = [(handler, stream) for handler, stream in changed if _is_terminal(stream)]
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = log
    for handler, _ in changed:
        handler.setStream(log)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for handler, stream in changed:
            handler.setStream(stream)


def _is_terminal(stream: Any) -> bool:
    return stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__) or isinstance(stream, RedactedStream)
