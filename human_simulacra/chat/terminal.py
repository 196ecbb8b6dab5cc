"""The chat in a terminal: completion, history and streaming where a person sits, plain text where it is piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.slash_commands import Talk
from human_simulacra.errors import UserError

MEND = "check that it runs and that --backbone names the right address, or leave --backbone out for the embedded model"
_LEAVE = ("exit", "quit", "/exit", "/quit")
_ERASE = "\r\x1b[K"


def plain(text: str) -> str:
    """Returns a text without control characters: what a model writes must not steer a terminal."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0))


def run(talk: Talk) -> int:
    """Talks until `exit` or the end of input.

    Returns:
        0, or 2 if input from a pipe met a mistake or the backbone failed.
    """
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _interactive(talk)
    return _piped(talk)


def _piped(talk: Talk) -> int:
    status = 0
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for line in map(str.strip, sys.stdin):
        if line in _LEAVE:
            break
        if not line:
            continue
        try:
            text = talk.command(line) if line.startswith("/") else talk.loop.run(talk.conversation.say(line)).text
            print(plain(text), flush=True)
        except UserError as error:
            print(f"error: {error}", file=sys.stderr)
            status = 2
        except BackboneError as error:
            # Nobody is there to try again.
            print(f"error: {error}: {MEND}", file=sys.stderr)
            return 2
    return status


def _interactive(talk: Talk) -> int:
    who = talk.conversation.character
    print(f"{who.name}, {who.age}, {who.occupation} · method {talk.conversation.method} · {talk.world.backbone_name}")
    print(f"{talk.conversation.scene}\n/help lists commands, tab completes, exit ends.\n")
    for line in _lines(talk):
        if line in _LEAVE:
            break
        if not line:
            continue
        try:
            if line.startswith("/"):
                print(plain(talk.command(line)))
            else:
                _answer(talk, line)
        except UserError as error:
            print(f"error: {error}")
        except BackboneError as error:
            print(f"{_ERASE}error: {error}: {MEND}")
        except KeyboardInterrupt:
            print(f"{_ERASE}(stopped; this turn is not remembered)")
        print()
    return 0


def _answer(talk: Talk, line: str) -> None:
    name = talk.conversation.character.name
    print(f"{name} is thinking …", end="", flush=True)
    hear, begun = _speaker(name)
    reply = talk.loop.run(talk.conversation.say(line, hear))
    if not begun():
        hear(reply.text)
    print()


def _speaker(name: str) -> tuple[Callable[[str], None], Callable[[], bool]]:
    """Returns what writes an answer's pieces, and what tells whether it has begun."""
    started = False

    def hear(piece: str) -> None:
        nonlocal started
        if not started:
            started = True
            print(f"{_ERASE}{name}: ", end="")
        print(plain(piece), end="", flush=True)

    return hear, lambda: started


def _lines(talk: Talk) -> Iterator[str]:
    """Yields what a person types, with completion and the history of this sitting; it is not written to disk."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory

    from human_simulacra.chat.tab_completion import TalkCompleter

    session: PromptSession[str] = PromptSession(history=InMemoryHistory(), completer=TalkCompleter(talk))
    while True:
        try:
            yield session.prompt("you: ").strip()
        except EOFError:
            return
        except KeyboardInterrupt:
            print("(exit or ctrl-D ends)")
