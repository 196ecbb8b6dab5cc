"""`tools/generate_biographies.py` on the command line: killed and resumed, as a dry run, and user errors."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

from human_simulacra.construction.biography.stated_facts import find_missing_facts, list_facts, state_facts
from human_simulacra.library import Library
from human_simulacra.types import Message
from tests.construction.biography.docile_model import ADA, obey, picked
from tests.construction.tool_processes import backbone_config, kill_and_resume, tool
from tests.servers import serving


def write(tmp_path: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return tool("generate_biographies", *arguments, cache=tmp_path / "cache")


def http_obey(body: dict[str, Any], number: int) -> str:
    messages = [Message(m["role"], m["content"]) for m in body["messages"]]
    return "NONE" if "A text about" in messages[-1].content else obey(messages)


def test_killed_in_the_middle_it_goes_on_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    out = picked(tmp_path)
    arguments = ("--out", out, "--review", "none", "--form", "parts")
    answered, blocked, resumed = kill_and_resume("generate_biographies", arguments, http_obey, 4, tmp_path)
    assert blocked.returncode == 2 and "--resume" in blocked.stderr
    assert resumed.returncode == 0, resumed.stderr
    # Only the call under way at the kill may have been paid for twice.
    assert sum(answered.values()) - len(answered) <= 1 and len(answered) > 4
    assert find_missing_facts(Library(out).character("ada-berg").biography, list_facts(ADA)) == []
    assert "generate_life_story.py ada-berg" in resumed.stdout


def test_an_endpoint_whose_messages_are_empty_leaves_plain_sentences(tmp_path: Path) -> None:
    out = picked(tmp_path)
    with serving(lambda body, number: "") as server:
        done = write(
            tmp_path, "--out", out, "--backbone", backbone_config(tmp_path, server.address), "--review", "none", "--no-judge"
        )
    assert done.returncode == 0, done.stderr
    assert "sentences that no model wrote" in done.stdout and len(server.requests) == 3
    assert Library(out).character("ada-berg").biography == state_facts(ADA, list_facts(ADA))


def test_a_biography_of_ones_own_that_contradicts_the_profile_is_taken_and_said_to_be_looked_at(tmp_path: Path) -> None:
    text = f"{state_facts(ADA, list_facts(ADA))} Ada Berg died in 2010. She earned a doctorate."
    out = picked(tmp_path, replace(ADA, biography=text))
    done = write(tmp_path, "--out", out, "--backbone", backbone_config(tmp_path, "http://localhost:9"), "--review", "none")
    assert done.returncode == 0, done.stderr
    assert f"2 findings for you to review in {out / 'making/ada-berg/for-review.jsonl'}" in done.stdout


def test_a_dry_run_prints_prompts_and_an_estimate_and_touches_nothing(tmp_path: Path) -> None:
    out = picked(tmp_path)
    before = sorted(p for p in out.rglob("*"))
    with serving(http_obey) as server:
        done = write(tmp_path, "--out", out, "--backbone", backbone_config(tmp_path, server.address), "--dry-run")
        assert server.requests == []
    assert done.returncode == 0, done.stderr
    assert "Write the biography of Ada Berg" in done.stdout and "estimate, without retries: 2 calls" in done.stdout
    assert sorted(p for p in out.rglob("*")) == before


def test_user_errors_are_reported_in_one_sentence(tmp_path: Path) -> None:
    out = picked(tmp_path)
    for arguments, sentence in (
        (["--out", tmp_path / "none"], "has no picked profile without a biography"),
        (["ada", "--out", out, "--review", "none"], "unknown profile in the making 'ada': did you mean 'ada-berg'"),
        (["--out", out, "--words", "5000"], "100 to 600 words"),
        (["--out", out, "--resume"], "nothing to resume for ada-berg"),
        (["--out", out, "--backbone", "nowhere.py"], "--backbone nowhere.py does not exist"),
    ):
        done = write(tmp_path, *arguments)
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr
