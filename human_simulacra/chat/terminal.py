"""The chat in a terminal: interactive with completion, history and streaming, or plain text from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.conversation_starters import conversation_starters
from human_simulacra.chat.live_turn import LiveTurn
from human_simulacra.chat.slash_commands import TerminalSession
from human_simulacra.chat.terminal_text import (
    ERROR,
    NAME,
    QUIET,
    WordWrapper,
    colour,
    strip_control_characters,
    terminal_width,
    wrap,
)
from human_simulacra.errors import UserError
from human_simulacra.traces import Step

_QUIT = ("exit", "quit", "/exit", "/quit")
_ERASE = "\r\x1b[K"


def is_interactive() -> bool:
    """Returns whether the chat is at a terminal; otherwise it reads a pipe."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def run(session: TerminalSession) -> int:
    """Runs the chat until `exit` or the end of input.

    Returns:
        Exit status: 0, or 2 if piped input had a user error or the backbone failed.
    """
    if is_interactive():
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
            if said := session.message(line):
                text = session.loop.run(session.conversation.say(said[0], after=said[1])).text
            else:
                text = session.command(line)
            print(strip_control_characters(text), flush=True)
        except UserError as error:
            print(f"error: {error}", file=sys.stderr)
            status = 2
        except BackboneError as error:
            # Nobody can retry.
            print(f"error: {_with_mend(error)}", file=sys.stderr)
            return 2
    return status


def _interactive(session: TerminalSession) -> int:
    _introduce(session)
    for line in _lines(session):
        if line in _QUIT:
            break
        if not line:
            continue
        try:
            if said := session.message(line):
                _answer(session, *said)
            else:
                print(wrap(strip_control_characters(session.command(line)), terminal_width()))
        except UserError as error:
            _complain(str(error))
        except BackboneError as error:
            _complain(_with_mend(error))
        except KeyboardInterrupt:
            print(f"{_ERASE}{colour('(stopped; this turn is not remembered)', QUIET)}")
        print()
    return 0


def _introduce(session: TerminalSession) -> None:
    talk, width = session.conversation, terminal_width()
    who, time = talk.character, f" · as of {talk.as_of}" if talk.as_of else ""
    about = f"{who.name}, {who.age}, {who.occupation}{time} · method {talk.method} · {talk.settings.backbone_name}"
    print(f"{colour(wrap(about, width), NAME)}\n{wrap(talk.scene, width)}")
    if talk.turns:
        last = talk.turns[-1]
        print(wrap(f"{len(talk.turns)} turns so far. The last one:\nyou: {last.message}\n{who.name}: {last.answer}", width))
    else:
        starters = "\n".join(f"  {text}" for text in conversation_starters(talk.library, who))
        print(colour(wrap(f"You could say:\n{starters}", width), QUIET))
        if known := session.store.list("", who.id):
            print(colour(wrap(f'/load continues "{known[0].title}" ({known[0].about}).', width), QUIET))
    print(colour(wrap("/help lists commands, tab completes, exit quits.\n", width), QUIET))


def _with_mend(error: BackboneError) -> str:
    """Returns what failed and the mend; where no call to the model can succeed, another model is one, too."""
    return f"{error}, or omit --model for the embedded model" if error.unusable else str(error)


def _complain(message: str) -> None:
    print(f"{_ERASE}{colour(wrap(f'error: {message}', terminal_width()), ERROR)}")


def _answer(session: TerminalSession, message: str, after: int | None) -> None:
    name, width = session.conversation.character.name, terminal_width()
    live = LiveTurn(message)
    wrapper = WordWrapper(lambda text: print(text, end="", flush=True), width, len(name) + 2)
    started = False

    def on_text(piece: str) -> None:
        nonlocal started
        if not started:
            started = True
            print(f"{_ERASE}{colour(f'{name}:', NAME)} ", end="")
        wrapper.add(strip_control_characters(piece))

    def on_step(step: Step) -> None:
        live.on_step(step)
        if not started:
            said = " ".join(strip_control_characters(f"{live.thoughts} {live.feelings}").split())
            status = f"{name}: {live.doing} … {said}"
            # The end of a long line of thoughts is what is new.
            room = width - 1
            status = status if len(status) <= room else f"{status[: room // 3]} … {status[-(room - room // 3 - 3) :]}"
            print(f"{_ERASE}{colour(status, QUIET)}", end="", flush=True)

    print(colour(f"{name} is thinking …", QUIET), end="", flush=True)
    reply = session.loop.run(session.conversation.say(message, on_text, on_step, after))
    if not started:
        on_text(reply.text)
    wrapper.end()
    print()


def _lines(session: TerminalSession) -> Iterator[str]:
    """Yields the lines that the user types, with completion and a history of what was said to the character."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory

    from human_simulacra.chat.tab_completion import CommandCompleter

    prompts: dict[str, PromptSession[str]] = {}
    while True:
        who = session.conversation.character.id
        if who not in prompts:
            prompts[who] = PromptSession(history=InMemoryHistory(session.messages()), completer=CommandCompleter(session))
        try:
            yield prompts[who].prompt("you: ").strip()
        except EOFError:
            return
        except KeyboardInterrupt:
            print("(exit or ctrl-D quits)")
