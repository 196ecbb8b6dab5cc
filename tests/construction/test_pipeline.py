"""The pipeline in one command, with a good and a noisy writer, up to the evaluation; killed and resumed, and not ready."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scripted_writer import NOISE, GoodWriter, NoisyWriter
from human_simulacra.library import Library
from human_simulacra.validation.run_checks import run_checks
from tests.construction.tool_processes import backbone_config, kill_and_resume, tool
from tests.run_config import openai_llm, predictions, run, write_config
from tests.servers import serving

ADA = "ada-berg"
SMALL = ("--count", 5, "--review", "none", "--iterations", 3, "--story-words", 1200, "--story-questions", 1, "--words", 200)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "ada.json"
    path.write_text(json.dumps({"name": "Ada Berg", "gender": "female", "age": 45, "occupation": "baker"}))
    return path


def arguments(profile: Path, out: Path, *more: object) -> list[object]:
    return ["--from", profile, "--out", out, *SMALL, *more]


def assert_whole(out: Path) -> None:
    library = Library(out)
    ada, story, memories = library.character(ADA), library.story(ADA), library.memories(ADA)
    assert "baker" in ada.biography and ada.biography_dated and ada.occupation == "baker"
    assert {p.age for p in story} == set(range(46)) and all(m.thinking and m.emotion and m.summary for m in memories)
    assert all(gate.passed for gate in run_checks(library, full=False))
    questions = [q for kind in ("cloze", "single_choice", "multiple_choice") for q in library.questions(ADA, kind)]
    assert sum(q.core for q in questions) == 15 and sum(q.life for q in questions) >= 1
    assert library.decisions(ADA) and any(row.kind == "false_premise" for row in library.unanswerable(ADA))


def test_one_command_makes_a_character_that_the_evaluation_runs_on(tmp_path: Path, profile: Path) -> None:
    out = tmp_path / "mine"
    with serving(GoodWriter().serve) as server:
        options = arguments(profile, out, "--backbone", backbone_config(tmp_path, server.address))
        done = tool("new_character", *options, cache=tmp_path / "cache")
        assert done.returncode == 0, done.stderr
        assert_whole(out)
        assert f"HUMAN_SIMULACRA_DATA={out} python run.py configs/eval_own_characters.py" in done.stdout
        assert "step 5 of 5" in done.stdout and "Ada Berg is ready" in done.stdout
    with serving(lambda body, number: "ANSWER: B") as server:
        config = write_config(tmp_path, out, openai_llm(server.address), ("none", "prompt", "rag", "macm"))
        evaluated = run(config, tmp_path / "runs", env={"OPENAI_API_KEY": "local"})
    assert evaluated.returncode == 0, evaluated.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    rows = predictions(folder)
    assert len(rows) == 12 and all(len(answers) >= 5 for answers in rows.values())


def test_nothing_of_a_noisy_writers_noise_stands_in_the_character(tmp_path: Path, profile: Path) -> None:
    out = tmp_path / "mine"
    with serving(NoisyWriter(0.25).serve) as server:
        options = arguments(profile, out, "--backbone", backbone_config(tmp_path, server.address), "--max-failures", 0.2)
        done = tool("new_character", *options, cache=tmp_path / "cache")
        for seed in range(1, 4):  # what no attempt could write gets another text from another seed
            if done.returncode == 1 and "is not finished" in done.stderr:
                done = tool("new_character", *options, "--resume", "--seed", seed, cache=tmp_path / "cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert_whole(out)
    told = "\n".join(path.read_text(encoding="utf-8") for path in (out / "characters" / ADA).glob("*.jsonl"))
    assert not [noise for noise in NOISE if json.dumps(noise, ensure_ascii=False)[1:-1] in told]


class Mute(GoodWriter):
    """Writes well, and cannot judge."""

    def judge(self, text: str, fault: str = "") -> str:
        return "It reads well to me."


class Silent(GoodWriter):
    """Writes no memory of one place."""

    def write(self, prompt: str, rng: Any) -> dict[str, Any]:
        return {"nothing": ""} if "own memory" in prompt and "In 1990 " in prompt else super().write(prompt, rng)


@pytest.mark.parametrize(
    ("writer", "said"),
    [
        (
            Mute(),
            ("Ada Berg is not ready: ", "texts are open, more than 5%: decide about them with python tools/review_character.py"),
        ),
        (Silent(), ("ada-berg is not finished: ", "chunks of the story have no memory", "--resume and another --seed")),
    ],
)
def test_a_character_that_is_not_ready_ends_with_1_and_what_to_do(
    tmp_path: Path, profile: Path, writer: GoodWriter, said: tuple[str, ...]
) -> None:
    out = tmp_path / "mine"
    with serving(writer.serve) as server:
        options = arguments(profile, out, "--backbone", backbone_config(tmp_path, server.address))
        done = tool("new_character", *options, cache=tmp_path / "cache")
    assert done.returncode == 1 and all(part in done.stderr for part in said), done.stderr
    assert "Traceback" not in done.stderr and "is ready: " not in done.stdout


@pytest.mark.parametrize("after", [2, 12, 60, 130])
def test_a_killed_pipeline_resumes_at_any_step_without_repeating_calls(tmp_path: Path, profile: Path, after: int) -> None:
    out, good = tmp_path / "mine", GoodWriter()
    answered, refused, resumed = kill_and_resume("new_character", arguments(profile, out), good.serve, after, tmp_path)
    assert refused.returncode == 2 and "--resume" in refused.stderr
    assert resumed.returncode == 0, resumed.stderr
    assert_whole(out)
    # Memories and questions are made several at once; an answer that a killed process has not noted is asked for again.
    assert sum(answered.values()) - len(answered) <= 8
    assert not (out / "making" / "new-character.json").exists()


def test_a_dry_run_shows_every_step_and_leaves_no_trace(tmp_path: Path, profile: Path) -> None:
    out = tmp_path / "mine"
    with serving(GoodWriter().serve) as server:
        options = arguments(profile, out, "--backbone", backbone_config(tmp_path, server.address), "--dry-run")
        done = tool("new_character", *options, cache=tmp_path / "cache")
        assert server.requests == []
    assert done.returncode == 0, done.stderr
    for step in ("Write the biography of Ada Berg", "Plan the story", "Tell this passage again", "own memory", "Write one question",
                 "could have acted otherwise", "Judge it point by point", "estimate"):  # fmt: skip
        assert step in done.stdout, step
    assert not out.exists()


def test_user_errors_are_reported_before_any_call(tmp_path: Path, profile: Path) -> None:
    for more, sentence in (
        (["--set", "age=20", "--set", "occupation=surgeon"], "occupation 'surgeon' fits ages 34 to 66, not 20"),
        (["--resume"], "nothing to resume"),
        (["--iterations", "0"], "iterations must be at least 1"),
        (["--story-words", "7"], "story-words must be at least 800"),
        (["--words", "7"], "100 to 600 words"),
        (["--max-failures", "5"], "give a share from 0 to 1, such as 0.05, not '5'"),
        (["--max-failures", "nan"], "give a share from 0 to 1, such as 0.05, not 'nan'"),
        (["--judge", "nobody.py"], "--judge nobody.py does not exist"),
        (["--dry-run", "--out", tmp_path], f"{tmp_path} holds other things than characters"),
    ):
        done = tool("new_character", *arguments(profile, tmp_path / "mine"), *more, cache=tmp_path / "cache")
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr
