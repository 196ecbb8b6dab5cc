"""`tools/generate_life_story.py` against an HTTP server: killed, resumed, reviewed, and as a dry run."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scripted_writer import GoodWriter
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.story import StoryOptions, generate_story
from tests.conftest import ScriptedBackbone
from tests.construction.story.scripted_story import BIOGRAPHY, WordEmbedder, story, tell, write_biography
from tests.construction.story.scripted_story import run as grow
from tests.construction.tool_processes import UNDER_WAY
from tests.run_config import ROOT, openai_llm
from tests.servers import serving

TOOL = ROOT / "tools" / "generate_life_story.py"


def start(*arguments: object, cache: Path, **more: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "OPENAI_API_KEY": "local", "HUMAN_SIMULACRA_CACHE": str(cache), "EDITOR": "", "VISUAL": ""}
    command = [sys.executable, str(TOOL), *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment, **more)


def run(*arguments: object, cache: Path, answers: str = "") -> tuple[int | None, str, str]:
    process = start(*arguments, cache=cache)
    out, errors = process.communicate(answers, timeout=300)
    return process.returncode, out, errors


def config(folder: Path, address: str) -> Path:
    path = folder / "backbone.py"
    path.write_text(f"from opencompass.models import OpenAISDK\n\nscripted = {openai_llm(address, max_out_len=4000)}\n")
    return path


def reply(body: dict[str, Any], number: int) -> str:
    return tell(body["messages"][-1]["content"])


def test_killed_at_any_request_it_resumes_to_the_same_story_and_repeats_no_finished_call(tmp_path: Path) -> None:
    reached = threading.Event()
    answered: Counter[str] = Counter()

    def script(body: dict[str, Any], number: int) -> str:
        if number > UNDER_WAY + 2 and not reached.is_set():
            reached.set()
        answered[json.dumps(body, sort_keys=True)] += 1
        return reply(body, number)

    options = ("--review", "none", "--plan", "none", "--iterations", 5, "--seed", 3)
    with serving(script) as server:
        common = (*options, "--backbone", config(tmp_path, server.address))
        out = write_biography(tmp_path / "killed")
        process = start("ada-berg", "--out", out, *common, cache=tmp_path / "cache")
        assert reached.wait(timeout=300)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        before = dict(answered)
        code, _, errors = run("ada-berg", "--out", out, *common, cache=tmp_path / "cache")
        assert code == 2 and "unfinished" in errors and "--resume" in errors and "Traceback" not in errors
        code, printed, errors = run("ada-berg", "--out", out, *common, "--resume", cache=tmp_path / "cache")
        assert code == 0, errors
        assert "all 5 iterations are done" in printed and f"next: python tools/build_memories.py ada-berg --out {out}" in printed
        # Only what was under way at the kill is asked again.
        assert len([key for key in before if answered[key] > 1]) <= UNDER_WAY < len(before)
        whole = write_biography(tmp_path / "whole")
        assert run("ada-berg", "--out", whole, *common, cache=tmp_path / "other")[0] == 0
    assert story(out) == story(whole) != BIOGRAPHY


def test_a_person_reviews_in_the_terminal_and_a_dry_run_calls_nothing(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    with serving(reply) as server:
        common = ("ada-berg", "--out", out, "--plan", "none", "--iterations", 2, "--backbone", config(tmp_path, server.address))
        code, printed, errors = run(*common, "--dry-run", cache=tmp_path / "cache")
        assert code == 0, errors
        assert "You write the story of the life of Ada Berg" in printed
        assert "estimate, without retries: 10 calls" in printed and not server.requests
        assert not (out / "making").exists()
        settings = ("--words", 200, "--weights", "80,100,90", "--seed", 4, "--review", 5)
        code, printed, errors = run(*common, *settings, cache=tmp_path / "cache", answers="r\ntoo short\n")
        assert code == 0, errors
        assert "review after iteration 2" in printed and "\n+ The " in printed
        assert not (out / "characters/ada-berg/story.jsonl").exists()
        python, tool, *told = shlex.split(printed.split("continue with: ")[1])
        assert (python, tool) == ("python", "tools/generate_life_story.py")
        code, printed, errors = run(*told, cache=tmp_path / "cache", answers="a\n" * 9)
        assert code == 0, errors
        kept = json.loads(max((out / "making/ada-berg/story").glob("*.json")).read_text())["settings"]
        assert (kept["words"], kept["weights"], kept["seed"]) == (200, [80, 100, 90], 4) and "note:" not in printed
        assert f"next: python tools/build_memories.py ada-berg --out {out} --model {common[-1]} --seed 4" in printed
        assert "paragraphs written to" in printed
        assert any("too short" in body["messages"][-1]["content"] for body in server.requests)


def test_the_estimate_of_a_long_run_is_near_what_it_takes(tmp_path: Path) -> None:
    good = GoodWriter()
    dry, backbone = DryRun(), ScriptedBackbone(lambda messages, generation: good.reply(messages, generation.sample))
    planned, written = (write_biography(tmp_path / name, BIOGRAPHY[:2]) for name in ("planned", "written"))
    asyncio.run(generate_story(dry, planned, "ada-berg", StoryOptions(), embedder=WordEmbedder()))
    grow(written, backbone, plan="outline")
    made = sum(generation.sample == 0 for _, generation in backbone.calls)  # an estimate knows nothing of retries
    assert made >= 40 and dry.estimate().calls == pytest.approx(made, rel=0.2)


def test_user_errors_are_reported_in_one_sentence(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    picked = out / "making" / "bo-holm" / "profile.jsonl"
    picked.parent.mkdir(parents=True)
    picked.write_text("{}\n")
    for arguments, sentence in (
        (("ada-berg", "--out", tmp_path / "none"), "has no characters"),
        (("ada", "--out", out), "unknown character 'ada': did you mean 'ada-berg'"),
        (("ada-berg", "--out", out, "--top", "0"), "top must be at least 1, not 0"),
        (("ada-berg", "--out", out, "--weights", "1,2"), "give 3 numbers"),
        (("ada-berg", "--out", out, "--threshold", "nan"), "threshold must be a number, not nan"),
        (("--out", out, "--review", "ask", "--resume", "ada-berg"), "nothing to resume for 'ada-berg'"),
        (("ada-berg", "--out", out, "--resume-at", "3"), "nothing to resume for 'ada-berg'"),
        (("ada-berg", "--out", out, "--review", "0"), "give ask, none or a number of iterations, not '0'"),
        (
            ("bo-holm", "--out", out),
            "'bo-holm' has a profile but no biography yet: write it with python tools/generate_biographies",
        ),
    ):
        code, _, errors = run(*arguments, cache=tmp_path / "cache")
        assert code == 2 and sentence in errors and "Traceback" not in errors
