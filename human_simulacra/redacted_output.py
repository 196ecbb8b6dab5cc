"""Keeps secrets out of what a command prints: messages, logs, progress and tracebacks. Its reader may leave."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TextIO

from human_simulacra.secret_redaction import redact

P = ParamSpec("P")
READER_LEFT = 141  # the exit status of a process that SIGPIPE ends


class RedactedStream:
    """A text stream that writes without secrets; all else is that of the stream inside."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Writes a text without secrets."""
        self._stream.write(redact(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes lines without secrets."""
        for line in lines:
            self.write(line)

    def close(self) -> None:
        """Closes nothing: a library that kept this object at its import would close the process's own stream."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def redacted_output(command: Callable[P, int]) -> Callable[P, int]:
    """Decorates a command: while it runs, secrets are replaced in all that it prints, and later in an unexpected traceback.

    If the reader of its output exits, as `head` does, the command ends without a message, with the status 141.
    """

    @functools.wraps(command)
    def run(*arguments: P.args, **keywords: P.kwargs) -> int:
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (RedactedStream(stream) for stream in before)  # type: ignore[assignment]
        sys.excepthook = _print_exception
        try:
            status = command(*arguments, **keywords)
            sys.stdout.flush()
            return status
        except BrokenPipeError:
            # Python would raise again when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), before[0].fileno())
            return READER_LEFT
        finally:
            sys.stdout, sys.stderr = before

    return run


def _print_exception(*raised: Any) -> None:
    sys.stderr.write(redact("".join(traceback.format_exception(*raised))))
