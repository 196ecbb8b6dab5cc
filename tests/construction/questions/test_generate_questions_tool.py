"""`tools/generate_questions.py` and `tools/edit_character.py` on the command line: resumable, user errors, next commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES
from tests.construction.invented_characters import IDA, write_ida
from tests.construction.scripted_questions import reply
from tests.construction.tool_processes import kill_and_resume, not_repeated, tool
from tests.run_config import ROOT


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_ida(tmp_path / "mine", 24)


def script(body: dict[str, Any], number: int) -> str:
    return reply(body["messages"][-1]["content"], body["messages"][0]["content"])


def test_a_killed_run_resumes_without_repeating_finished_calls(tmp_path: Path, out: Path) -> None:
    arguments = (IDA, "--out", out, "--story", 2, "--decisions", 1, "--false-premises", 1)
    answered, refused, done = kill_and_resume("generate_questions", arguments, script, 37, tmp_path)
    assert refused.returncode == 2 and "the questions on Ida Holm is unfinished: continue with --resume" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert not_repeated(answered, 37)
    assert {kind: len(Library(out).questions(IDA, kind)) for kind in QUESTION_TYPES} == dict.fromkeys(QUESTION_TYPES, 7)
    assert len(Library(out).decisions(IDA)) == 1
    assert f"next: python tools/validate_dataset.py --sound {out}" in done.stdout
    (out / "characters" / IDA / "memories.jsonl").write_text("")
    sound = tool("validate_dataset", out, "--sound", cache=tmp_path)
    assert sound.returncode == 0, sound.stdout


def test_the_core_alone_needs_no_backbone_and_a_released_character_is_copied(tmp_path: Path) -> None:
    data, mine = ROOT / "data", tmp_path / "mine"
    arguments = ("maren-oddleif", "--data", data, "--out", mine, "--core-only")
    refused = tool("generate_questions", *arguments, cache=tmp_path)
    assert refused.returncode == 2 and "was not made by this tool: add --replace" in refused.stderr
    done = tool("generate_questions", *arguments, "--replace", cache=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(Library(mine).questions("maren-oddleif", "single_choice")) > 5
    sound = tool("validate_dataset", mine, "--sound", cache=tmp_path)
    assert sound.returncode == 0, sound.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--tries", "-1"], "--tries -1 is not possible: give 0 or more"),
        (["--blind-checks", "0"], "--blind-checks 0 is not possible: give 1 or more"),
        (["--decisions", "-2"], "--decisions -2 is not possible: give 0 or more"),
        (["--false-premises", "-1"], "--false-premises -1 is not possible: give 0 or more"),
        (["--resume"], "there is nothing to resume for the questions on Ida Holm"),
    ],
)
def test_mistakes_are_said_in_a_sentence(tmp_path: Path, out: Path, arguments: list[str], sentence: str) -> None:
    done = tool("generate_questions", IDA, "--out", out, "--core-only", *arguments, cache=tmp_path)
    assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr


def test_a_change_is_shown_made_listed_and_undone(tmp_path: Path, out: Path) -> None:
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    arguments = (IDA, "--out", out)
    shown = tool("edit_character", *arguments, "--set", "occupation=baker", "--dry-run", cache=tmp_path)
    assert "persona + Work: baker" in shown.stdout and {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    made = tool("edit_character", *arguments, "--set", "occupation=baker", cache=tmp_path)
    assert made.returncode == 0 and "look at biography" in made.stdout and "no model could judge" in made.stdout
    assert tool("edit_character", *arguments, "--history", cache=tmp_path).stdout == "1. set occupation=baker\n"
    undone = tool("edit_character", *arguments, "--undo", cache=tmp_path)
    assert undone.stdout == "undone: set occupation=baker\n"
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    refused = tool("edit_character", *arguments, "--set", "age=12", cache=tmp_path)
    assert refused.returncode == 2 and "an age of 12 on 2025-06-30 is not possible" in refused.stderr
    both = tool("edit_character", *arguments, "--undo", "--history", cache=tmp_path)
    assert both.returncode == 2 and "give one of --undo, --history, --resume or a change" in both.stderr


def test_a_change_killed_while_its_memory_is_built_is_done_again(tmp_path: Path, out: Path) -> None:
    (out / "characters" / IDA / "memories.jsonl").write_text("")
    arguments = (IDA, "--out", out, "--experience", "In 1999 Ida crossed the fjord in a bathtub.")

    def remember(body: dict[str, Any], number: int) -> str:
        return json.dumps({"text": f"I remember what came of it, number {number}."})

    answered, refused, done = kill_and_resume("edit_character", arguments, remember, 9, tmp_path)
    assert refused.returncode == 2 and "the last change of ida-holm was interrupted" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert not_repeated(answered, 9)
    assert "changed: " in done.stdout and len(Library(out).story(IDA)) == 25 and len(Library(out).memories(IDA)) == 13
    other = tool("edit_character", *arguments, "--resume", cache=tmp_path)
    assert other.returncode == 2 and "there is nothing to resume: no change of ida-holm was interrupted" in other.stderr
