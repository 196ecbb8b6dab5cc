"""The pipeline in one command, up to the evaluation of the new character, also killed and resumed."""

from __future__ import annotations

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.construction.biography.stated_facts import find_missing_facts, list_facts
from human_simulacra.library import Library
from human_simulacra.types import Message
from human_simulacra.validation.run_checks import run_checks
from tests.construction.biography.docile_model import obey
from tests.construction.tool_processes import backbone_config, kill_and_resume, tool
from tests.run_config import ROOT, openai_llm, predictions, run, write_config
from tests.servers import serving

ADA = "ada-berg"
SYLLABLES = ("ba", "ro", "ti", "ku", "ne", "sol", "mar", "vi", "dan", "el", "gus", "po")


def babble(seed: str, words: int) -> str:
    """Returns sentences of invented words, the same for the same seed."""
    rng = random.Random(hashlib.sha256(seed.encode()).digest())
    made = ["".join(rng.choices(SYLLABLES, k=3)) for _ in range(words)]
    return " ".join(f"{' '.join(made[i : i + 9])}.".capitalize() for i in range(0, words, 9))


def script(body: dict[str, Any], number: int) -> str:
    """A docile model, whose answer depends on nothing but what it is asked."""
    asked = body["messages"][-1]["content"]
    if "A text about" in asked:
        return "WRONG: that is somebody else." if "pastry chef" in asked or "deep-sea miner" in asked else "NONE"
    if "Judge the passage" in asked:
        return "NONE"
    if "What is known of" in asked and "biography" in asked:
        return obey([Message("user", asked)])
    if passage := re.search(r"The passage that stands between the two:\n(.+)", asked):
        return f"{passage[1]} {babble(asked, len(passage[1].split()) // 2 + 4)}"
    return babble(asked, 12)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "ada.json"
    path.write_text(json.dumps({"name": "Ada Berg", "gender": "female", "age": 45, "occupation": "baker"}))
    return path


def arguments(profile: Path, out: Path, *more: object) -> list[object]:
    return ["--from", profile, "--out", out, "--count", 5, "--review", "none", "--iterations", 3, "--story-questions", 1, *more]


def assert_whole(out: Path) -> None:
    library = Library(out)
    ada = library.character(ADA)
    assert find_missing_facts(ada.biography, list_facts(ada)) == [] and ada.occupation == "baker"
    assert len(library.story(ADA)) >= 1 and library.memories(ADA)
    assert all(gate.passed for gate in run_checks(library, full=False))
    assert sum(q.core for kind in ("cloze", "single_choice", "multiple_choice") for q in library.questions(ADA, kind)) == 15


def test_one_command_makes_a_character_that_the_evaluation_runs_on(tmp_path: Path, profile: Path) -> None:
    out = tmp_path / "mine"
    with serving(script) as server:
        options = arguments(profile, out, "--backbone", backbone_config(tmp_path, server.address))
        done = tool("new_character", *options, cache=tmp_path / "cache")
        assert done.returncode == 0, done.stderr
        assert_whole(out)
        assert f"HUMAN_SIMULACRA_DATA={out} python run.py configs/eval_own_characters.py" in done.stdout
        assert "ok" in done.stdout and "step 5 of 5" in done.stdout
        config = write_config(tmp_path, out, openai_llm(server.address), ("none", "prompt", "rag", "macm"))
        evaluated = run(config, tmp_path / "runs", env={"OPENAI_API_KEY": "local"})
    assert evaluated.returncode == 0, evaluated.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    rows = predictions(folder)
    assert len(rows) == 12 and all(len(answers) >= 5 for answers in rows.values())


# The calls come in this order: 4 for the biography, 6 for the story, 8 for the memories, 18 for the questions.
@pytest.mark.parametrize("after", [2, 7, 13, 24])
def test_a_killed_pipeline_resumes_at_any_step_without_repeating_calls(tmp_path: Path, profile: Path, after: int) -> None:
    out = tmp_path / "mine"
    answered, refused, resumed = kill_and_resume("new_character", arguments(profile, out), script, after, tmp_path)
    assert refused.returncode == 2 and "--resume" in refused.stderr
    assert resumed.returncode == 0, resumed.stderr
    assert_whole(out)
    # Memories and questions are made several at once; an answer that a killed process has not noted is asked for again.
    assert sum(answered.values()) - len(answered) <= (1 if after < 10 else 8)
    assert not (out / "making" / "new-character.json").exists()


def test_a_dry_run_shows_every_step_and_leaves_no_trace(tmp_path: Path, profile: Path) -> None:
    out = tmp_path / "mine"
    with serving(script) as server:
        options = arguments(profile, out, "--backbone", backbone_config(tmp_path, server.address), "--dry-run")
        done = tool("new_character", *options, cache=tmp_path / "cache")
        assert server.requests == []
    assert done.returncode == 0, done.stderr
    for step in ("Write the biography of Ada Berg", "Tell this passage again", "first person", "Write one question", "estimate"):
        assert step in done.stdout, step
    assert not out.exists()


def test_user_errors_are_reported_before_any_call(tmp_path: Path, profile: Path) -> None:
    for more, sentence in (
        (["--set", "age=20", "--set", "occupation=surgeon"], "occupation 'surgeon' fits ages 34 to 66, not 20"),
        (["--resume"], "nothing to resume"),
        (["--iterations", "0"], "iterations must be at least 1"),
        (["--words", "7"], "100 to 600 words"),
        (["--dry-run", "--out", tmp_path], f"{tmp_path} holds other things than characters"),
    ):
        done = tool("new_character", *arguments(profile, tmp_path / "mine"), *more, cache=tmp_path / "cache")
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr


@pytest.mark.parametrize("state", ['{"candidate": "c0', "[]", '{"character": "ada-berg"}'])
def test_a_damaged_state_is_named(tmp_path: Path, profile: Path, state: str) -> None:
    out = tmp_path / "mine"
    path = out / "making" / "new-character.json"
    path.parent.mkdir(parents=True)
    path.write_text(state)
    done = tool("new_character", *arguments(profile, out), "--resume", cache=tmp_path / "cache")
    assert done.returncode == 2 and f"{path} is damaged" in done.stderr and "Traceback" not in done.stderr


def test_the_config_for_ones_own_characters_works_with_a_single_one(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from human_simulacra.plugin.config_checks import check_run, load_config

    for other in ("bo-crane", "cy-dahl"):
        for path in (data / "characters" / other).iterdir():
            path.unlink()
        (data / "characters" / other).rmdir()
    monkeypatch.setenv("HUMAN_SIMULACRA_DATA", str(data))
    file = str(ROOT / "configs" / "eval_own_characters.py")
    config = load_config(file)
    check_run(config, file, tmp_path / "runs")
    assert [model["method"] for model in config["models"]] == ["none", "prompt", "rag", "macm"]
