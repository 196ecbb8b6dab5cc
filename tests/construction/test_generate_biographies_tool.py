"""`tools/generate_biographies.py` on the command line: killed and resumed, with models of all kinds, dry runs and user errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.library import Library
from human_simulacra.types import Message
from tests.construction.docile_model import ADA, TEXT, is_judged, obey, picked
from tests.construction.scripted_judge import verdict
from tests.construction.tool_processes import backbone_config, kill_and_resume
from tests.construction.tool_runs import ToolRun, run_tool_here
from tests.servers import completion, serving

Run = Callable[..., ToolRun]


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the tool."""
    return lambda *arguments: run_tool_here(monkeypatch, capsys, "generate_biographies", "--words", 100, *arguments)


def http_obey(body: dict[str, Any], number: int) -> str:
    messages = [Message(m["role"], m["content"]) for m in body["messages"]]
    return verdict(messages[-1].content) if is_judged(messages) else obey(messages)


def test_killed_in_the_middle_it_goes_on_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    out = picked(tmp_path)
    arguments = ("--out", out, "--review", "none", "--words", "100")
    answered, blocked, resumed = kill_and_resume("generate_biographies", arguments, http_obey, 7, tmp_path)
    assert blocked.returncode == 2 and "--resume" in blocked.stderr
    assert resumed.returncode == 0, resumed.stderr
    # The six known texts and the biography, on which the last verdict waits, were noted before the kill.
    assert set(answered.values()) == {1} and len(answered) > 7
    assert Library(out).character("ada-berg").biography == TEXT
    assert "generate_life_story.py ada-berg" in resumed.stdout


def test_a_model_that_thinks_first_writes_and_judges(tmp_path: Path, write: Run) -> None:
    out = picked(tmp_path)

    def script(body: dict[str, Any], number: int) -> str:
        return f"<think>I could write {{}} or ask somebody.</think>\n```json\n{http_obey(body, number)}\n```"

    with serving(script) as server:
        done = write("--out", out, "--backbone", backbone_config(tmp_path, server.address), "--review", "none")
    assert done.status == 0 and "review" not in done.out, done.err
    assert Library(out).character("ada-berg").biography == TEXT


@pytest.mark.parametrize("reply", ["", "I'm sorry, but I can't help with that.", "<think>Where to begin?", "cut"])
def test_a_model_that_writes_nothing_usable_ends_with_a_sentence_and_status_1(tmp_path: Path, write: Run, reply: str) -> None:
    out = picked(tmp_path)

    def script(body: dict[str, Any], number: int) -> Any:
        if is_judged([Message(m["role"], m["content"]) for m in body["messages"]]):
            return http_obey(body, number)
        return (200, {}, completion(obey([])[:200], "length")) if reply == "cut" else reply

    with serving(script) as server:
        options = ("--out", out, "--backbone", backbone_config(tmp_path, server.address), "--review", "none")
        done = write(*options)
        assert done.status == 1 and "error: no biography of ada-berg could be used, the last time because it was" in done.err
        assert "--resume and another --seed" in done.err and not (out / "characters/ada-berg").exists()
        row = json.loads((out / "making/ada-berg/for-review.jsonl").read_text())
        assert len(row["findings"]) == 3 and not row["in_character"]
        assert write(*options, "--resume", "--seed", 1).status == 1


def test_without_a_judge_the_biography_is_used_and_said_to_be_for_review(tmp_path: Path, write: Run) -> None:
    out = picked(tmp_path)
    with serving(http_obey) as server:
        options = ("--out", out, "--backbone", backbone_config(tmp_path, server.address), "--review", "none")
        done = write(*options, "--judge", "none")
    assert done.status == 0 and len(server.requests) == 1, done.err
    assert f"1 text for you to review: python tools/review_character.py ada-berg --out {out}" in done.out


def test_a_biography_of_ones_own_is_taken_and_what_is_wrong_with_it_is_said(tmp_path: Path, write: Run) -> None:
    out = picked(tmp_path, replace(ADA, biography=f"{TEXT} She moved to Sund in 2027."))
    with serving(http_obey) as server:
        done = write("--out", out, "--backbone", backbone_config(tmp_path, server.address), "--review", "none")
    assert done.status == 0 and "1 text for you to review" in done.out, done.err


def test_a_dry_run_prints_prompts_and_an_estimate_and_touches_nothing(tmp_path: Path, write: Run) -> None:
    out = picked(tmp_path)
    before = sorted(p for p in out.rglob("*"))
    with serving(http_obey) as server:
        options = ("--out", out, "--backbone", backbone_config(tmp_path, server.address), "--dry-run")
        done, unjudged = write(*options), write(*options, "--judge", "none")
        assert server.requests == []
    assert done.status == 0 and "Write the biography of Ada Berg" in done.out, done.err
    assert "estimate, without retries: 8 calls" in done.out and "estimate, without retries: 1 calls" in unjudged.out
    assert sorted(p for p in out.rglob("*")) == before


def test_user_errors_are_reported_in_one_sentence(tmp_path: Path, write: Run) -> None:
    out = picked(tmp_path)
    for arguments, sentence in (
        (["--out", tmp_path / "none"], "has no picked profile without a biography"),
        (["ada", "--out", out, "--review", "none"], "unknown profile in the making 'ada': did you mean 'ada-berg'"),
        (["--out", out, "--words", "5000"], "100 to 600 words"),
        (["--out", out, "--resume"], "nothing to resume for ada-berg"),
        (["--out", out, "--backbone", "nowhere.py"], "--model nowhere.py does not exist"),
    ):
        done = write(*arguments)
        assert done.status == 2 and sentence in done.err and "Traceback" not in done.err, done.err
