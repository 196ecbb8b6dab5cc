"""OpenCompass's own command, as its users type it, from a folder with the configs of this repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config

from human_simulacra.plugin.run_command import main
from human_simulacra.plugin.summarizer import RunSummarizer
from tests.run_config import ROOT, latest, predictions
from tests.servers import ScriptedServer, serving

OPENCOMPASS = Path(sys.executable).with_name("opencompass")
KEY = "sk-stock-8c1e4d7f20"
METHODS = ("none", "prompt", "rag", "macm", "shuffled")


def knows_its_persona(body: dict[str, Any], number: int) -> str:
    """Answers like a model that knows the person of its prompt and nothing else; agents get what they cannot use."""
    system, asked = body["messages"][0]["content"], body["messages"][-1]["content"]
    known = ("a violin", "chess", "rowing", "singing") if "You are Ada" in system and "An old friend" in asked else ()
    letters = [line[0] for line in asked.splitlines() if line[1:3] == ". " and line[3:] in known]
    return f"ANSWER: {', '.join(letters)}" if letters else "I do not know"


@pytest.fixture
def repository(tmp_path: Path, data: Path) -> Path:
    """A working folder with the shipped configs."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def opencompass(folder: Path, server: ScriptedServer, *arguments: str) -> str:
    """Runs the command in a folder whose configs name the scripted server; returns what it prints."""
    model = folder / "configs" / "models" / "openai_compatible.py"
    model.write_text(model.read_text().replace("https://api.openai.com/v1", server.address))
    env = {**os.environ, "OPENAI_API_KEY": KEY, "HUMAN_SIMULACRA_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([OPENCOMPASS, *arguments], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-3000:]
    return done.stdout


def scores(folder: Path, dataset: str) -> dict[str, float]:
    """Returns the score of each model of a run by its method."""
    results = {name: folder / "results" / f"gpt-4o-mini-{name}" / f"{dataset}.json" for name in METHODS}
    return {name: json.loads(path.read_text())["score"] for name, path in results.items()}


def test_models_and_datasets_by_name_give_opencompass_table_and_ours_and_resume_without_paying_twice(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("--models", "openai_compatible", "--datasets", "self_report_quick")
    with serving(knows_its_persona) as server:
        printed = opencompass(repository, server, *names, "--debug", "-w", "out")
        folder = latest(repository / "out")
        # Each of the three characters has one question; only Ada's own persona says what she knows.
        third = pytest.approx(100 / 3)
        assert scores(folder, "single_choice") == {"none": 0, "prompt": third, "rag": third, "macm": third, "shuffled": third}
        line = next(line for line in printed.splitlines() if line.split()[:1] == ["multiple_choice"] and "score" in line)
        assert line.split()[-5:] == ["0.00", "33.33", "33.33", "33.33", "33.33"]
        assert all(KEY.encode() not in path.read_bytes() for path in (repository / "out").rglob("*") if path.is_file())

        paid, answers = len(server.requests), predictions(folder)
        for kind in ("predictions", "results"):  # as if the run had been killed in this task
            (folder / kind / "gpt-4o-mini-prompt" / "cloze.json").unlink()
        shutil.rmtree(repository / "cache")
        ours = opencompass(repository, server, *names, "--summarizer", "run", "--debug", "-w", "out", "-r")
        assert predictions(folder) == answers and len(server.requests) == paid
        assert "p (Holm)" in ours and "--wide" not in ours and (folder / "summary" / "report.html").is_file()

        # `run.py` takes over the run with the config that OpenCompass wrote.
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("HUMAN_SIMULACRA_DATA", str(repository / "data"))
        monkeypatch.chdir(repository)
        written = max((folder / "configs").iterdir())
        assert main([str(written), "-w", "out", "-r", "--debug"]) == 0
        assert predictions(folder) == answers and len(server.requests) == paid


def test_a_config_runs_mode_by_mode_and_tables_need_the_rows_of_its_results(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("configs/eval_openai_compatible.py", "-w", str(repository / "out"))
    with serving(knows_its_persona) as server:
        opencompass(repository, server, *command, "-m", "infer")
        folder = latest(repository / "out")
        assert len(predictions(folder)) == 15 and not (folder / "results").exists()
        printed = opencompass(repository, server, *command, "-m", "eval", "-r", "--dump-eval-details")
    assert "p (Holm)" in printed and scores(folder, "multiple_choice")["prompt"] == pytest.approx(100 / 3)
    for path in (folder / "results").rglob("*.json"):  # what --dump-eval-details False leaves
        path.write_text(json.dumps({key: value for key, value in json.loads(path.read_text()).items() if key != "details"}))
    RunSummarizer(Config.fromfile(str(max((folder / "configs").iterdir())), format_python_code=False)).summarize()
    assert "hold no rows" in capsys.readouterr().err
