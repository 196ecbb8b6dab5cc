"""Admits one message of a conversation at a time."""

from __future__ import annotations

from human_simulacra.errors import UserError


class OneAtATime:
    """A `with` block that raises a UserError while another task is in it."""

    def __init__(self) -> None:
        self._busy = False

    def __enter__(self) -> None:
        if self._busy:
            raise UserError("the last message is still being answered: wait for it, or open another conversation")
        self._busy = True

    def __exit__(self, *_: object) -> None:
        self._busy = False
