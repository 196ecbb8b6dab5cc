"""`tools/build_memories.py` against an HTTP server: no repeated calls, resumable after a kill, and plain about what failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.library import Library
from tests.construction.scripted_judge import verdict
from tests.construction.tool_processes import backbone_config, kill_and_resume, not_repeated
from tests.construction.tool_runs import ToolRun, run_tool_here
from tests.servers import completion, serving

ADA = "ada-berg"
Run = Callable[..., ToolRun]


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the tool."""
    return lambda *arguments: run_tool_here(monkeypatch, capsys, "build_memories", *arguments)


@pytest.fixture
def folder(data: Path) -> Path:
    """The data folder, where Ada Berg has a story and no memories yet."""
    (data / "characters" / ADA / "memories.jsonl").unlink()
    return data


def is_judged(body: dict[str, Any]) -> bool:
    return body["messages"][0]["content"].startswith("You check texts that were written")


def remember(body: dict[str, Any], number: int) -> str:
    asked = body["messages"][-1]["content"]
    return verdict(asked) if is_judged(body) else json.dumps({"text": f"I remember {asked.split('part ')[-1][:1]}."})


def test_a_killed_run_resumes_without_repeating_finished_calls(tmp_path: Path, folder: Path) -> None:
    answered, refused, done = kill_and_resume("build_memories", (ADA, "--out", folder), remember, 19, tmp_path)
    assert refused.returncode == 2 and "the memories of Ada Berg is unfinished: continue with --resume" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert not_repeated(answered, 19)
    assert [m.paragraphs[0] for m in Library(folder).memories(ADA)] == [f"{ADA}-s{i:03d}" for i in range(1, 13, 2)]


def test_a_character_of_another_folder_is_copied_and_needs_no_call(tmp_path: Path, data: Path, build: Run) -> None:
    mine = tmp_path / "mine"
    with serving(remember) as server:
        done = build(ADA, "--data", data, "--out", mine, "--backbone", backbone_config(tmp_path, server.address))
        assert done.status == 0, done.err
        assert "0 memories built, 6 kept" in done.out and "--rebuild rebuilds all" in done.out
        assert server.requests == []
    assert Library(mine).memories(ADA) == Library(data).memories(ADA)


def test_chunks_that_fail_end_with_a_sentence_and_status_1(tmp_path: Path, folder: Path, build: Run) -> None:
    def script(body: dict[str, Any], number: int) -> Any:
        cut = "part 5" in body["messages"][-1]["content"] and not is_judged(body)
        return (200, {}, completion('{"text": "I remember the boat and', "length")) if cut else remember(body, number)

    with serving(script) as server:
        options = (ADA, "--out", folder, "--backbone", backbone_config(tmp_path, server.address))
        done = build(*options)
        assert done.status == 1 and "Traceback" not in done.err
        assert f"chunk 3 ({ADA}-s005, {ADA}-s006)" in done.out and "it was truncated at" in done.out
        assert "error: 1 chunks have no memory, so memories.jsonl is not written" in done.err and "--seed" in done.err
        assert not (folder / "characters" / ADA / "memories.jsonl").exists()
    with serving(remember) as server:
        again = (ADA, "--out", folder, "--backbone", backbone_config(tmp_path, server.address), "--resume")
        done = build(*again, "--seed", 1)
        assert done.status == 0 and "1 memories built, 5 kept" in done.out, done.err
    assert len(Library(folder).memories(ADA)) == 6


def test_a_model_that_thinks_first_remembers_and_judges(tmp_path: Path, folder: Path, build: Run) -> None:
    with serving(lambda body, number: f"<think>Shall I? {{}}</think>{remember(body, number)}") as server:
        done = build(ADA, "--out", folder, "--backbone", backbone_config(tmp_path, server.address))
    assert done.status == 0 and "nobody judged" not in done.out, done.err
    assert all("think" not in m.content and m.content.startswith("I remember ") for m in Library(folder).memories(ADA))


def test_without_a_judge_memories_are_used_and_said_to_be_for_review(tmp_path: Path, folder: Path, build: Run) -> None:
    with serving(remember) as server:
        done = build(ADA, "--out", folder, "--judge", "none", "--backbone", backbone_config(tmp_path, server.address))
    assert done.status == 0 and "6 memories are used though nobody judged them" in done.out, done.err
    assert len(Library(folder).memories(ADA)) == 6 and not any(map(is_judged, server.requests))


def test_an_unknown_character_is_named_before_any_call(tmp_path: Path, data: Path, build: Run) -> None:
    done = build("ada", "--out", data)
    assert done.status == 2 and "unknown character 'ada'" in done.err and "Traceback" not in done.err
    done = build(ADA, "--out", tmp_path / "none")
    assert done.status == 2 and "none has no characters" in done.err and "with --out" in done.err


def test_a_dry_run_prints_prompts_and_an_estimate(tmp_path: Path, data: Path, build: Run) -> None:
    done = build(ADA, "--data", data, "--out", tmp_path / "mine", "--rebuild", "--dry-run")
    assert done.status == 0, done.err
    assert "estimate, without retries: 54 calls" in done.out and not (tmp_path / "mine").exists()
