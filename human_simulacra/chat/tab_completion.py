"""Tab completion in the terminal: commands, and their names, titles and files."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from human_simulacra.chat.slash_commands import TerminalSession


class CommandCompleter(Completer):
    """Completes slash commands, but not messages to the character.

    Args:
        session: The terminal chat.
    """

    def __init__(self, session: TerminalSession) -> None:
        self._session = session
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yields the completions at the cursor."""
        line = document.text_before_cursor
        if not line.startswith("/"):
            return
        name, blank, begun = line.partition(" ")
        if not blank:
            yield from (Completion(c, -len(name)) for c in self._session.names if c.startswith(name))
        else:
            yield from (Completion(c, -len(begun)) for c in self._session.arguments(name) if c.startswith(begun))
            if name in ("/save", "/load"):
                yield from self._paths.get_completions(Document(begun, len(begun)), complete_event)
