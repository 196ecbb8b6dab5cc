"""The tool that builds memories, against a real HTTP server: made once, not paid for again, and resumable after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from human_simulacra.library import Library
from tests.runs import ROOT, openai_llm
from tests.servers import serving

ADA, UNDER_WAY = "ada-berg", 8


def command(*arguments: object) -> list[str]:
    return [sys.executable, str(ROOT / "tools" / "build_memories.py"), *map(str, arguments)]


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "OPENAI_API_KEY": "local", "HUMAN_SIMULACRA_CACHE": str(cache)}


def build(*arguments: object, cache: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, env=environment(cache))


def config(folder: Path, address: str) -> Path:
    path = folder / "backbone.py"
    path.write_text(f"from opencompass.models import OpenAISDK\n\nscripted = {openai_llm(address)}\n")
    return path


def remember(body: dict[str, Any], number: int) -> str:
    return "I remember " + body["messages"][-1]["content"].split("part ")[-1][:1] + "."


def test_a_killed_run_goes_on_without_repeating_what_was_finished(tmp_path: Path, data: Path) -> None:
    (data / "characters" / ADA / "memories.jsonl").unlink()
    reached, killed = threading.Event(), threading.Event()
    answered: Counter[str] = Counter()

    def script(body: dict[str, Any], number: int) -> str | None:
        if number > 13 and not killed.is_set():
            if number == 13 + UNDER_WAY:
                reached.set()
            killed.wait(60)
            return None
        answered[str(body)] += 1
        return remember(body, number)

    with serving(script) as server:
        options = (ADA, "--out", data, "--backbone", config(tmp_path, server.address))
        process = subprocess.Popen(
            command(*options), env=environment(tmp_path / "cache"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert reached.wait(timeout=120)
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed.set()
        refused = build(*options, cache=tmp_path / "cache")
        assert refused.returncode == 2 and "the memories of Ada Berg is unfinished: go on with --resume" in refused.stderr
        done = build(*options, "--resume", cache=tmp_path / "cache")
        assert done.returncode == 0, done.stderr
    # The last answer may not have been noted yet when the process was killed.
    assert sum(answered.values()) <= len(answered) + 1
    assert [m.paragraphs[0] for m in Library(data).memories(ADA)] == [f"{ADA}-s{i:03d}" for i in range(1, 13, 2)]


def test_a_character_of_another_folder_is_copied_and_needs_no_call(tmp_path: Path, data: Path) -> None:
    mine = tmp_path / "mine"
    with serving(remember) as server:
        backbone = config(tmp_path, server.address)
        done = build(ADA, "--data", data, "--out", mine, "--backbone", backbone, cache=tmp_path / "cache")
        assert done.returncode == 0, done.stderr
        assert "0 memories built, 6 kept" in done.stdout and "--rebuild makes all anew" in done.stdout
        assert server.requests == []
    assert Library(mine).memories(ADA) == Library(data).memories(ADA)


def test_chunks_that_fail_end_with_a_sentence_and_status_1(tmp_path: Path, data: Path) -> None:
    (data / "characters" / ADA / "memories.jsonl").unlink()

    def script(body: dict[str, Any], number: int) -> str:
        return "```" if "part 5" in body["messages"][-1]["content"] else remember(body, number)

    with serving(script) as server:
        options = (ADA, "--out", data, "--backbone", config(tmp_path, server.address))
        done = build(*options, cache=tmp_path / "cache")
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert f"chunk 3 ({ADA}-s005, {ADA}-s006)" in done.stdout and "error: 1 chunks have no memory" in done.stderr
        done = build(*options, "--resume", "--extract", cache=tmp_path / "cache")
        assert done.returncode == 0, done.stderr


def test_an_unknown_character_is_named_before_any_call(tmp_path: Path, data: Path) -> None:
    done = build("ada", "--out", data, cache=tmp_path)
    assert done.returncode == 2 and "unknown character 'ada'" in done.stderr and "Traceback" not in done.stderr


def test_a_dry_run_prints_prompts_and_an_estimate(tmp_path: Path, data: Path) -> None:
    done = build(ADA, "--data", data, "--out", tmp_path / "mine", "--rebuild", "--dry-run", cache=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "estimate, without retries: 24 calls" in done.stdout and not (tmp_path / "mine").exists()
