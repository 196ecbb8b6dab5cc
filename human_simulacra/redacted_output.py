"""Keeps secrets out of what a command prints: messages, logs, progress and tracebacks."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TextIO, TypeVar

from human_simulacra.secret_redaction import redact

P = ParamSpec("P")
T = TypeVar("T")


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


def redacted_output(command: Callable[P, T]) -> Callable[P, T]:
    """Decorates a command: while it runs, secrets are replaced in all that it prints, and later in an unexpected traceback."""

    @functools.wraps(command)
    def run(*arguments: P.args, **keywords: P.kwargs) -> T:
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (RedactedStream(stream) for stream in before)  # type: ignore[assignment]
        sys.excepthook = _print_exception
        try:
            return command(*arguments, **keywords)
        finally:
            sys.stdout, sys.stderr = before

    return run


def _print_exception(*raised: Any) -> None:
    sys.stderr.write(redact("".join(traceback.format_exception(*raised))))
