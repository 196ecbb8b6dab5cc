"""The chat in a terminal: interactive with completion, history and streaming, or plain text from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.slash_commands import TerminalSession
from human_simulacra.errors import UserError

HINT = "check that it runs and that --backbone has the right address, or omit --backbone for the embedded model"
_QUIT = ("exit", "quit", "/exit", "/quit")
_ERASE = "\r\x1b[K"


def strip_control_characters(text: str) -> str:
    """Removes control characters: a model's output must not control the terminal."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0))


def run(session: TerminalSession) -> int:
    """Runs the chat until `exit` or the end of input.

    Returns:
        Exit status: 0, or 2 if piped input had a user error or the backbone failed.
    """
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _interactive(session)
    return _piped(session)


def _piped(session: TerminalSession) -> int:
    status = 0
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for line in map(str.strip, sys.stdin):
        if line in _QUIT:
            break
        if not line:
            continue
        try:
            text = session.command(line) if line.startswith("/") else session.loop.run(session.conversation.say(line)).text
            print(strip_control_characters(text), flush=True)
        except UserError as error:
            print(f"error: {error}", file=sys.stderr)
            status = 2
        except BackboneError as error:
            # Nobody can retry.
            print(f"error: {error}: {HINT}", file=sys.stderr)
            return 2
    return status


def _interactive(session: TerminalSession) -> int:
    who = session.conversation.character
    time = f" · as of {session.conversation.as_of}" if session.conversation.as_of else ""
    print(
        f"{who.name}, {who.age}, {who.occupation}{time} · method {session.conversation.method} · {session.settings.backbone_name}"
    )
    print(f"{session.conversation.scene}\n/help lists commands, tab completes, exit quits.\n")
    for line in _lines(session):
        if line in _QUIT:
            break
        if not line:
            continue
        try:
            if line.startswith("/"):
                print(strip_control_characters(session.command(line)))
            else:
                _answer(session, line)
        except UserError as error:
            print(f"error: {error}")
        except BackboneError as error:
            print(f"{_ERASE}error: {error}: {HINT}")
        except KeyboardInterrupt:
            print(f"{_ERASE}(stopped; this turn is not remembered)")
        print()
    return 0


def _answer(session: TerminalSession, line: str) -> None:
    name = session.conversation.character.name
    print(f"{name} is thinking …", end="", flush=True)
    started = False

    def on_text(piece: str) -> None:
        nonlocal started
        if not started:
            started = True
            print(f"{_ERASE}{name}: ", end="")
        print(strip_control_characters(piece), end="", flush=True)

    reply = session.loop.run(session.conversation.say(line, on_text))
    if not started:
        on_text(reply.text)
    print()


def _lines(session: TerminalSession) -> Iterator[str]:
    """Yields the lines that the user types, with completion and a history that is not written to disk."""
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
            print("(exit or ctrl-D quits)")
