"""Errors meant for the user's eyes: one sentence that says what is wrong, where, and the mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """A mistake in what the user gave; command lines print its sentence and exit with status 2."""


def unknown(kind: str, name: object, known: Iterable[str]) -> UserError:
    """Builds the error for a name that is not among the known ones, with the nearest as a suggestion.

    Args:
        kind: What the name should be, for instance "character".
        name: The name given.
        known: The names that exist.
    """
    names = sorted(known)
    near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'? " if near else ""
    return UserError(f"unknown {kind} '{name}': {hint}known: {', '.join(names) or 'none'}")
