"""What a run prints: a live display at a terminal, plain lines elsewhere, and a result that fits 80 columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main as cli
from human_simulacra.plugin.run_command import main
from tests.run_config import ROOT, latest, openai_llm, write_config
from tests.servers import ScriptedServer, serving

KEY = "sk-display-5f2d9a7be1"
LONG = "a-model-with-a-very-long-name-of-many-words-2026-11-30"
STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PRICE = {"input": 10.0, "output": 20.0}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("human_simulacra.backbones.retry.RetryPolicy.wait", lambda *_: 0.0)


def breaks(body: dict[str, Any], number: int) -> Any:
    """Refuses one question of every character, each with another number, and echoes the key in it."""
    if "What broke?" in body["messages"][-1]["content"]:
        return 400, {}, '{"error": {"message": "unknown field %d for %s"}}' % (number, KEY)
    return "A"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving(breaks) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, data: Path, server: ScriptedServer) -> str:
    path = write_config(tmp_path, data, openai_llm(server.address, price=PRICE), ("none", "prompt", "shuffled"))
    path.write_text(path.read_text().replace("'m-' + name", f"'{LONG}-' + name"))
    return str(path)


class Terminal:
    """A command at a pseudo-terminal of 80 columns; `on_text` is called with all that was written so far."""

    def __init__(self, folder: Path, *command: str, on_text: Callable[[str, int], None] = lambda text, pid: None) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        settings = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
        environment = {**{k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}, **settings}
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), *command], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
            cwd=folder, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
        )  # fmt: skip
        os.close(theirs)
        written = b""
        while select.select([ours], [], [], 120)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            written += piece
            on_text(written.decode(errors="replace"), process.pid)
        os.close(ours)
        self.status, self.raw = process.wait(timeout=60), written.decode()
        self.lines = [line for line in re.split(r"[\r\n]+", STYLE.sub("", self.raw)) if line.strip()]


def test_at_a_terminal_all_fits_and_the_first_failure_is_told_at_once(tmp_path: Path, config: str) -> None:
    shown = Terminal(tmp_path, config, "-w", "out")
    text = "\n".join(shown.lines)
    assert shown.status == 1 and {line for line in shown.lines if len(line) > 80} <= {
        line for line in shown.lines if line.startswith("the run is not complete")
    }
    # While it runs: a bar for each task, a total, and what it took.
    assert re.search(r"answers +━+.* \d+/36 rows", text) and re.search(r"\d+ calls, \d+ tokens in, \d+ out, cost 0\.\d+", text)
    assert text.index("failed: ") < text.index("answers: 36/36 rows, 9 failed")
    assert len(re.findall(r"failed: *\n?a-model-with", text)) == 1  # one kind of reason, whatever its numbers
    # At the end: the verdict, one table with whole names, and where the rest is.
    assert text.index("Nothing can be concluded") < text.index("p (Holm)") < text.index("out/") < text.index("Report")
    table = text[text.index("p (Holm)") : text.index("All tables")]
    assert all(f"{part}" in table for part in ("none", "prompt", "shuffled", "control"))
    assert "OpenCompass - " not in text and "Traceback" not in text and KEY not in shown.raw
    folder = latest(tmp_path / "out")
    log = (folder / "logs" / "opencompass.log").read_text()
    assert f"Start inferencing [{LONG}-none/cloze]" in log and KEY not in log and "\x1b" not in log


def test_ctrl_c_leaves_the_terminal_usable_and_says_how_to_resume(tmp_path: Path, data: Path) -> None:
    blocked, release = threading.Event(), threading.Event()

    def script(body: dict[str, Any], number: int) -> str:
        if number > 4:
            blocked.set()
            release.wait(60)
        return "A"

    def stop(text: str, pid: int) -> None:
        if blocked.is_set() and "/24 rows" in text and not stopped:
            stopped.append(True)
            os.kill(pid, signal.SIGINT)

    stopped: list[bool] = []
    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address))
        shown = Terminal(tmp_path, str(config), "-w", "out", on_text=stop)
        release.set()
    assert stopped and shown.status == 130
    assert "stopped; finished rows are saved, resume with: python run.py" in " ".join(shown.lines)
    assert shown.raw.rindex("\x1b[?25h") > shown.raw.rindex("\x1b[?25l")  # the cursor is shown again


def test_without_a_terminal_plain_lines_tell_the_same(tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([config, "-w", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err
    assert f"{LONG}-prompt/cloze: 6/6 rows; all: " in printed.err
    assert re.search(r"answers: 36/36 rows, 9 failed in \d+ s; \d+ calls, \d+ tokens in, \d+ out, cost 0\.\d+", printed.err)
    assert "scores: 9/9 datasets in" in printed.err
    assert printed.err.count(f"failed: {LONG}") == 1
    assert "OpenCompass - " not in printed.out + printed.err
    assert "Self report, by method and type" not in printed.out and "Report: " in printed.out


def test_calls_of_the_cache_are_not_counted_as_spent(tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([config, "-w", str(tmp_path / "out")])
    capsys.readouterr()
    main([config, "-w", str(tmp_path / "again")])
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("answers: ")]
    assert "calls" not in line


def test_quiet_prints_problems_and_the_result_only(tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([config, "-w", str(tmp_path / "out"), "--quiet"]) == 1
    printed = capsys.readouterr()
    told = [line for line in printed.err.splitlines() if not line.startswith(("failed: ", f"{LONG}-", "the run is not complete"))]
    assert told == [] and printed.err.count("rows are missing") == 3
    assert "Nothing can be concluded" in printed.out and "p (Holm)" in printed.out and "report.html" in printed.out
    assert "Sample" not in printed.out


def test_wide_prints_all_tables_and_can_be_asked_of_a_finished_run(
    tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main([config, "-w", str(tmp_path / "out")])
    capsys.readouterr()
    assert main([config, "-w", str(tmp_path / "out"), "-r", "-m", "viz", "--wide"]) == 0
    printed = capsys.readouterr().out
    for title in ("Primary comparisons", "Self report, by method and type", "Usage"):
        assert title in printed
    assert max(map(len, printed.splitlines())) > 120
    assert cli(["replay", str(latest(tmp_path / "out"))]) == 0


def test_a_wrong_argument_is_one_sentence_with_the_option_that_was_meant(
    tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong, meant in (("--max-num-wrkers", "--max-num-workers"), ("--limt", "--limit")):
        assert main([config, "-w", str(tmp_path / "out"), wrong, "2"]) == 2
        said = capsys.readouterr().err
        assert f"error: unrecognized arguments: {wrong} 2: did you mean {meant}?" in said and "usage" not in said
    assert main([config, "-w", str(tmp_path / "out"), "--accelerator", "x"]) == 2
    assert "error: -a/--accelerator: invalid choice: 'x'" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_task_that_fails_is_named_with_its_log(
    tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("boom")

    monkeypatch.setattr("human_simulacra.plugin.inferencer.SimulacrumInferencer._answer_all", fail)
    assert main([config, "-w", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().err
    folder = latest(tmp_path / "out")
    lines = [line for line in printed.splitlines() if line.startswith("failed: ")]
    # The parts run at once, and the same reason is told once: for whichever fails first.
    (found,) = filter(None, (re.fullmatch(r"failed: (\S+): ValueError: boom; see (.+)\.out", line) for line in lines))
    assert found[2] == f"{folder}/logs/infer/{found[1]}" and found[1].startswith(LONG)
    assert "answers: 36/36 rows, 36 failed" in printed
