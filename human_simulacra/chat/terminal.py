"""The chat in a terminal: completion, history and streaming where a person sits, plain text where it is piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.slash_commands import TerminalSession
from human_simulacra.errors import UserError

MEND = "check that it runs and that --backbone names the right address, or leave --backbone out for the embedded model"
_LEAVE = ("exit", "quit", "/exit", "/quit")
_ERASE = "\r\x1b[K"


def plain(text: str) -> str:
    """Returns a text without control characters: what a model writes must not steer a terminal."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0))


def run(session: TerminalSession) -> int:
    """Talks until `exit` or the end of input.

    Returns:
        0, or 2 if input from a pipe met a mistake or the backbone failed.
    """
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _interactive(session)
    return _piped(session)


def _piped(session: TerminalSession) -> int:
    status = 0
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for line in map(str.strip, sys.stdin):
        if line in _LEAVE:
            break
        if not line:
            continue
        try:
            text = session.command(line) if line.startswith("/") else session.loop.run(session.conversation.say(line)).text
            print(plain(text), flush=True)
        except UserError as error:
            print(f"error: {error}", file=sys.stderr)
            status = 2
        except BackboneError as error:
            # Nobody is there to try again.
            print(f"error: {error}: {MEND}", file=sys.stderr)
            return 2
    return status


def _interactive(session: TerminalSession) -> int:
    who = session.conversation.character
    print(f"{who.name}, {who.age}, {who.occupation} · method {session.conversation.method} · {session.settings.backbone_name}")
    print(f"{session.conversation.scene}\n/help lists commands, tab completes, exit ends.\n")
    for line in _lines(session):
        if line in _LEAVE:
            break
        if not line:
            continue
        try:
            if line.startswith("/"):
                print(plain(session.command(line)))
            else:
                _answer(session, line)
        except UserError as error:
            print(f"error: {error}")
        except BackboneError as error:
            print(f"{_ERASE}error: {error}: {MEND}")
        except KeyboardInterrupt:
            print(f"{_ERASE}(stopped; this turn is not remembered)")
        print()
    return 0


def _answer(session: TerminalSession, line: str) -> None:
    name = session.conversation.character.name
    print(f"{name} is thinking …", end="", flush=True)
    on_text, begun = _speaker(name)
    reply = session.loop.run(session.conversation.say(line, on_text))
    if not begun():
        on_text(reply.text)
    print()


def _speaker(name: str) -> tuple[Callable[[str], None], Callable[[], bool]]:
    """Returns what writes an answer's pieces, and what tells whether it has begun."""
    started = False

    def on_text(piece: str) -> None:
        nonlocal started
        if not started:
            started = True
            print(f"{_ERASE}{name}: ", end="")
        print(plain(piece), end="", flush=True)

    return on_text, lambda: started


def _lines(session: TerminalSession) -> Iterator[str]:
    """Yields what a person types, with completion and the history of this sitting; it is not written to disk."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory

    from human_simulacra.chat.tab_completion import CommandCompleter

    prompt_session: PromptSession[str] = PromptSession(history=InMemoryHistory(), completer=CommandCompleter(session))
    while True:
        try:
            yield prompt_session.prompt("you: ").strip()
        except EOFError:
            return
        except KeyboardInterrupt:
            print("(exit or ctrl-D ends)")
