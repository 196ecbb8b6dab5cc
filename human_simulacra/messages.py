"""Messages to the user: to standard error, or to the display of a command while one is open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Receiver(Protocol):
    """Shows messages in place of standard error."""

    def tell(self, text: str) -> None:
        """Shows information."""

    def warn(self, text: str) -> None:
        """Shows a problem."""


_receivers: list[Receiver] = []


def tell(text: str) -> None:
    """Tells the user something in one line."""
    if _receivers:
        _receivers[-1].tell(text)
    else:
        print(text, file=sys.stderr, flush=True)


def warn(text: str) -> None:
    """Tells the user of a problem in one line that begins with `warning: `."""
    if _receivers:
        _receivers[-1].warn(f"warning: {text}")
    else:
        print(f"warning: {text}", file=sys.stderr, flush=True)


@contextmanager
def received_by(receiver: Receiver) -> Iterator[None]:
    """Sends all messages to a receiver during a `with` block."""
    _receivers.append(receiver)
    try:
        yield
    finally:
        _receivers.remove(receiver)
