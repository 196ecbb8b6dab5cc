"""The terminal chat as a user meets it: through a pipe, and at a terminal with completion and ctrl-C."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main
from tests.servers import ScriptedServer, serving

CONSOLE = [sys.executable, "-c", "from human_simulacra.cli import console; console()"]
PATIENCE = 120  # seconds; only a test that fails waits so long


def config_for(folder: Path, address: str, name: str = "scripted") -> Path:
    """Writes a config file of an OpenAI-compatible backbone."""
    path = folder / f"{name}.py"
    path.write_text(
        "from opencompass.models import OpenAISDK\n"
        f"{name} = dict(type=OpenAISDK, abbr='{name}', path='{name}', openai_api_base='{address}', key='none', max_out_len=64)\n"
    )
    return path


def by_agent(body: dict[str, Any], number: int) -> str:
    last = body["messages"][-1]["content"]
    if "THOUGHTS:" in last:
        return "THOUGHTS: I think of the harbour.\nFEELINGS: I feel warm."
    if "Write down what" in last or "Sum it up" in last:
        return "I told a friend of Alk."
    return "It was called \x1b[31mAlk\x1b[0m."


def piped(data: Path, config: Path, lines: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*CONSOLE, "chat", "--backbone", str(config), "--data", str(data), *arguments]
    return subprocess.run(command, input=lines, capture_output=True, text=True, timeout=PATIENCE)


def test_a_piped_conversation_is_plain_text_and_goes_on_from_its_transcript(tmp_path: Path, data: Path) -> None:
    saved = tmp_path / "talk.jsonl"
    lines = f"What was your boat called?\n/mind\n/remember\n/experiences\n/undo\n/method none\n/save {saved}\nexit\nnot said\n"
    with serving(by_agent) as server:
        config = config_for(tmp_path, server.address)
        done = piped(data, config, lines, "Ada Berg")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("It was called [31mAlk[0m.\nmethod macm\nmemories, most relevant first\n")
        for words in (
            "I had a green boat called Alk.",
            "ada-berg-s001",
            "thoughts\n  I think",
            "feelings\n  I feel",
            "top 100 tokens",
        ):
            assert words in done.stdout
        assert "stored in" in done.stdout and "no longer remembered" in done.stdout and "method none" in done.stdout
        assert "\x1b" not in done.stdout and "saved 1 turns" in done.stdout
        rows = [json.loads(line) for line in saved.read_text().splitlines()]
        assert [row["kind"] for row in rows] == ["conversation", "turn"] and rows[1]["trace"][
            "thoughts"
        ] == "I think of the harbour."
        again = piped(data, config, "And the other one?\n", "--load", str(saved), "--method", "prompt")
        assert (again.returncode, again.stdout) == (0, "It was called [31mAlk[0m.\n")
    assert "Friend: What was your boat called?" in server.requests[-1]["messages"][-1]["content"]


def test_mistakes_in_a_pipe_are_said_on_stderr_and_in_the_status(tmp_path: Path, data: Path) -> None:
    lines = f"/metod rag\n/method mcam\n/character bo-crain\n/save\n/undo\n/mind\n\n{'long ' * 2000}\n/load {tmp_path / 'no.jsonl'}\nHello.\n"
    with serving(by_agent) as server:
        done = piped(data, config_for(tmp_path, server.address), lines, "ada-berg", "--method", "prompt")
    assert done.returncode == 2 and done.stdout == "It was called [31mAlk[0m.\n"
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    for words, line in zip(
        ("mean '/method'", "mean 'macm'", "mean 'bo-crane'", "needs a file", "no experience", "no answer yet", "in parts", "no stored conversation"),
        errors, strict=True,
    ):  # fmt: skip
        assert words in line
    assert "Traceback" not in done.stderr


def test_a_backbone_out_of_reach_is_named_with_its_address_and_the_mend(tmp_path: Path, data: Path) -> None:
    with serving(by_agent) as server:
        address = server.address
    done = piped(data, config_for(tmp_path, address), "Hello.\n", "ada-berg", "--method", "prompt")
    assert done.returncode == 2 and done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: scripted at http://127.0.0.1") and "could not be reached" in last and "--base-url" in last


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chat", "ada-borg"], "did you mean 'ada-berg'"),
        (["chat"], "choose a character: human-simulacra chat CHARACTER, one of ada-berg"),
        (["chat", "ada-berg", "--method", "rga"], "did you mean 'rag'"),
        (["chat", "--load", "no.jsonl"], "there is no file and no stored conversation 'no.jsonl'"),
        (["chat", "ada-berg", "--backbone", "no.py"], "--model no.py does not exist"),
        (["web", "--host", "0.0.0.0"], "is open to other machines: add --password"),
        (["web", "--host", "0.0.0.0", "--password", "short"], "use at least 8"),
        (["web", "--password", "@no-such-file"], "cannot be read"),
        (["web", "--port", "99999"], "cannot listen"),
    ],
)
def test_what_is_wrong_with_a_command_is_one_sentence(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main([*arguments, "--data", str(data)]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("error: ") and words in error


class Terminal:
    """A child process at a pseudo-terminal."""

    def __init__(self, command: list[str], columns: int = 120) -> None:
        self._main, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "COLUMNS": str(columns), "LINES": "40"}
        environment.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            command, stdin=child, stdout=child, stderr=child, env=environment, start_new_session=True,
            preexec_fn=take_terminal,
        )  # fmt: skip
        os.close(child)
        self.seen = ""

    def type(self, keys: str) -> None:
        os.write(self._main, keys.encode())

    def until(self, *words: str) -> str:
        """Reads until these words come in this order, and returns what came before the last; the rest is for the next call."""
        deadline, before = time.monotonic() + PATIENCE, ""
        for word in words:
            while word not in self.seen:
                ready, _, _ = select.select([self._main], [], [], 1)
                if ready:
                    try:
                        self.seen += os.read(self._main, 65536).decode(errors="replace")
                    except OSError:
                        raise AssertionError(f"the program ended: {self.seen[-2000:]}") from None
                assert time.monotonic() < deadline, f"{word} did not come: {self.seen[-2000:]}"
            before, _, self.seen = self.seen.partition(word)
        return before

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._main)


def take_terminal() -> None:
    """Makes the child's standard input its controlling terminal, so that ctrl-C reaches it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


@pytest.fixture
def server(gate: threading.Event) -> Iterator[ScriptedServer]:
    def script(body: dict[str, Any], number: int) -> Any:
        def slowly() -> Iterator[str]:
            yield "Let me think of "
            gate.wait(PATIENCE)
            yield "nothing."

        asked = body["messages"][-1]["content"]
        return slowly() if "Tell me all" in asked else "The sea is wide. " * 12 if "the sea" in asked else by_agent(body, number)

    with serving(script) as running:
        yield running
        gate.set()


def test_completion_history_and_ctrl_c_at_a_terminal(
    tmp_path: Path, data: Path, server: ScriptedServer, gate: threading.Event
) -> None:
    config = config_for(tmp_path, server.address)
    terminal = Terminal([*CONSOLE, "chat", "ada-berg", "--method", "prompt", "--backbone", str(config), "--data", str(data)])
    try:
        terminal.until("you:")
        # A menu shows what tab will take; typing on before it is there would ask for nothing.
        terminal.type("/char")
        terminal.until("acter")
        terminal.type("\t bo-")
        terminal.until("crane")
        terminal.type("\t\r")
        terminal.until("you talk to Bo Crane")
        terminal.type("Tell me all.\r")
        terminal.until("Let me think")
        terminal.type("\x03")
        terminal.until("stopped", "you:")
        gate.set()
        terminal.type("What was it called?\r")
        terminal.until("Alk", "you:")
        terminal.type("\x1b[A\r")
        terminal.until("Alk", "you:")
        terminal.type("\x03")
        # Keys typed before the prompt is there again would still be read line by line.
        terminal.until("ctrl-D quits", "you:")
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0
    finally:
        terminal.close()
    asked = [body["messages"][-1]["content"] for body in server.requests]
    assert "What was it called?" in asked[-1] and "What was it called?" in asked[-2]
    assert "Tell me all" not in asked[-2] and "Bo Crane" in server.requests[-1]["messages"][0]["content"]


def test_conversations_are_kept_branched_and_continued_at_a_narrow_terminal(
    tmp_path: Path, data: Path, server: ScriptedServer
) -> None:
    options = ["--method", "prompt", "--model", str(config_for(tmp_path, server.address)), "--data", str(data)]
    terminal = Terminal([*CONSOLE, "chat", "ada-berg", *options], columns=44)

    def typed(line: str, *words: str) -> None:
        terminal.type(f"{line}\r")
        terminal.until(*words, "you:")

    try:
        terminal.until("You could say", "you:")
        terminal.type("Tell me of the sea.\r")
        terminal.until("\x1b[1;36mAda Berg:\x1b[0m ")
        lines = terminal.until("you:").rpartition("wide.")[0].split("\r\n")
        assert (
            len(lines) > 4
            and all(len(line.rstrip()) <= 44 for line in lines)
            and lines[1].startswith(("The", "sea", "is", "wide"))
        )
        typed("/again", "The sea")
        typed("/rename The sea", "renamed to")
        typed("/conversations", "1. The sea (this one)", "2. Tell me of the sea.")
        typed("/branch 9", "number of a turn, 0")
        typed("/branch 0", "0 turns so far")
        typed("/load The sea", "; 1 turns")
        typed("/again Tell me of Alk.", "Alk")
        typed("/load The sea", "; 1 turns")
        typed("/delete 3", "deleted 'Tell me of the sea.'")
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0
        terminal.close()
        terminal = Terminal([*CONSOLE, "chat", "--continue", *options], columns=44)
        terminal.until("1 turns so far", "Tell me of Alk.", "you:")
        typed("\x1b[A", "Alk")
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0
    finally:
        terminal.close()
    first, again, edited, continued = server.requests
    assert first["messages"] == again["messages"] and first["seed"] != again["seed"]
    assert '"Tell me of Alk."' in edited["messages"][-1]["content"] and "sea" not in str(edited)
    assert "Friend: Tell me of Alk." in continued["messages"][-1]["content"] and "sea" not in str(continued)
