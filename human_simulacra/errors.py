"""Errors for the user: one sentence that says what is wrong, where, and how to fix it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class UserError(Exception):
    """A mistake in the user's input. Command lines print its message and exit with status 2."""


@contextmanager
def located(place: object) -> Iterator[None]:
    """Has a `UserError` that is raised within begin with its place, such as a file."""
    try:
        yield
    except UserError as error:
        raise UserError(f"{place}: {error}") from None


def unknown(kind: str, name: object, known: Iterable[str]) -> UserError:
    """Returns the error for an unknown name, with the most similar known name as a suggestion.

    Args:
        kind: What the name stands for, such as "character".
        name: The unknown name.
        known: The valid names.
    """
    names = sorted(known)
    near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'? " if near else ""
    return UserError(f"unknown {kind} '{name}': {hint}known: {', '.join(names) or 'none'}")
