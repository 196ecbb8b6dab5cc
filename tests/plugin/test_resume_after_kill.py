"""A run that is killed with SIGKILL and resumed with -r gives the same answers and repeats no finished call."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.run_config import ROOT, latest, openai_llm, run, texts, write_config
from tests.servers import serving


def fingerprint(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


def reply(body: dict[str, Any]) -> str:
    """Returns an answer that depends on the whole request, so that mix-ups are visible."""
    return "2, 1" if "Which of your memories" in body["messages"][-1]["content"] else f"A {hash(fingerprint(body)) % 997}"


@pytest.mark.parametrize("after", [10, 20])
def test_a_killed_run_resumes_with_the_same_answers_and_repeats_no_finished_call(tmp_path: Path, data: Path, after: int) -> None:
    reached = threading.Event()
    answered: Counter[str] = Counter()

    def script(body: dict[str, Any], number: int) -> str:
        if number > after and not reached.is_set():
            reached.set()
        answered[fingerprint(body)] += 1
        return reply(body)

    environment = {**os.environ, "OPENAI_API_KEY": "local", "HUMAN_SIMULACRA_CACHE": str(tmp_path / "killed")}
    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("macm",), model={"concurrency": 2})
        command = [sys.executable, str(ROOT / "run.py"), str(config), "-w", str(tmp_path / "out")]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert reached.wait(timeout=120)
        process.send_signal(signal.SIGKILL)
        process.wait()
        finished_before = dict(answered)
        resumed = run(config, tmp_path / "out", "-r", env=environment)
        assert resumed.returncode == 0, resumed.stderr
        # Two calls were in progress at the kill; they may have been answered but not saved.
        repeated = [key for key in finished_before if answered[key] > 1]
        assert len(repeated) <= 2 < len(finished_before)
        killed = texts(latest(tmp_path / "out"))
        environment["HUMAN_SIMULACRA_CACHE"] = str(tmp_path / "whole")
        whole = run(config, tmp_path / "whole_out", env=environment)
        assert whole.returncode == 0
    assert killed == texts(latest(tmp_path / "whole_out"))


def test_an_incomplete_last_line_of_a_checkpoint_is_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from human_simulacra.plugin.row_checkpoint import RowCheckpoint

    path = tmp_path / "rows.jsonl"
    checkpoint = RowCheckpoint(path)
    checkpoint.append("one", {"prediction": "a\u2028b\u0085c", "error": None})
    checkpoint.close()
    with path.open("ab") as stream:
        stream.write(b'{"key": "two", "predi')
    again = RowCheckpoint(path)
    again.append("three", {"prediction": "d", "error": None})
    again.close()
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["key"] for row in rows] == ["one", "three"]
    assert rows[0]["prediction"] == "a\u2028b\u0085c"
    aside = tmp_path / "rows.jsonl.damaged-1"
    assert aside.read_bytes() == b'{"key": "two", "predi'
    assert (
        capsys.readouterr().err == f"warning: {path}: 1 of 2 lines cannot be read and now lie in {aside}; the others are used\n"
    )
