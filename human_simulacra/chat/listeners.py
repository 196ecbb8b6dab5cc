"""Functions of a user that hear an answer while it is made: what they raise reaches the user as it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from human_simulacra.errors import UserError

T = TypeVar("T")


class ListenerError(UserError):
    """An exception of a listener, `error`. It passes through everything that handles failures of a backbone."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"what hears the answer raised {type(error).__name__}: {error}")
        self.error = error


def guard(listener: Callable[[T], None] | None) -> Callable[[T], None] | None:
    """Returns a listener whose exceptions are raised as `ListenerError`; None for none."""
    if listener is None:
        return None

    def hear(piece: T) -> None:
        try:
            listener(piece)
        except Exception as error:
            raise ListenerError(error) from None

    return hear


async def unguard(work: Awaitable[T]) -> T:
    """Awaits work with guarded listeners; raises an exception of a listener itself."""
    try:
        return await work
    except ListenerError as raised:
        error = raised.error
    raise error
