"""`tools/build_memories.py` against an HTTP server: no repeated calls, and resumable after a kill."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from human_simulacra.library import Library
from tests.construction.tool_processes import backbone_config, kill_and_resume, not_repeated, tool
from tests.servers import serving

ADA = "ada-berg"


def build(*arguments: object, cache: Path) -> subprocess.CompletedProcess[str]:
    return tool("build_memories", *arguments, cache=cache)


def remember(body: dict[str, Any], number: int) -> str:
    return "I remember " + body["messages"][-1]["content"].split("part ")[-1][:1] + "."


def test_a_killed_run_resumes_without_repeating_finished_calls(tmp_path: Path, data: Path) -> None:
    (data / "characters" / ADA / "memories.jsonl").unlink()
    answered, refused, done = kill_and_resume("build_memories", (ADA, "--out", data), remember, 13, tmp_path)
    assert refused.returncode == 2 and "the memories of Ada Berg is unfinished: continue with --resume" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert not_repeated(answered, 13)
    assert [m.paragraphs[0] for m in Library(data).memories(ADA)] == [f"{ADA}-s{i:03d}" for i in range(1, 13, 2)]


def test_a_character_of_another_folder_is_copied_and_needs_no_call(tmp_path: Path, data: Path) -> None:
    mine = tmp_path / "mine"
    with serving(remember) as server:
        backbone = backbone_config(tmp_path, server.address)
        done = build(ADA, "--data", data, "--out", mine, "--backbone", backbone, cache=tmp_path / "cache")
        assert done.returncode == 0, done.stderr
        assert "0 memories built, 6 kept" in done.stdout and "--rebuild rebuilds all" in done.stdout
        assert server.requests == []
    assert Library(mine).memories(ADA) == Library(data).memories(ADA)


def test_chunks_that_fail_end_with_a_sentence_and_status_1(tmp_path: Path, data: Path) -> None:
    (data / "characters" / ADA / "memories.jsonl").unlink()

    def script(body: dict[str, Any], number: int) -> str:
        return "```" if "part 5" in body["messages"][-1]["content"] else remember(body, number)

    with serving(script) as server:
        options = (ADA, "--out", data, "--backbone", backbone_config(tmp_path, server.address))
        done = build(*options, cache=tmp_path / "cache")
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert f"chunk 3 ({ADA}-s005, {ADA}-s006)" in done.stdout and "error: 1 chunks have no memory" in done.stderr
        done = build(*options, "--resume", "--extract", cache=tmp_path / "cache")
        assert done.returncode == 0, done.stderr


def test_an_unknown_character_is_named_before_any_call(tmp_path: Path, data: Path) -> None:
    done = build("ada", "--out", data, cache=tmp_path)
    assert done.returncode == 2 and "unknown character 'ada'" in done.stderr and "Traceback" not in done.stderr
    done = build(ADA, "--out", tmp_path / "none", cache=tmp_path)
    assert done.returncode == 2 and "none has no characters" in done.stderr and "with --out" in done.stderr


def test_a_dry_run_prints_prompts_and_an_estimate(tmp_path: Path, data: Path) -> None:
    done = build(ADA, "--data", data, "--out", tmp_path / "mine", "--rebuild", "--dry-run", cache=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "estimate, without retries: 24 calls" in done.stdout and not (tmp_path / "mine").exists()
