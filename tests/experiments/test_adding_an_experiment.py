"""CONTRIBUTING's "Add an experiment", done as the page says: one folder, one line, one config, and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.run_config import ROOT, openai_llm
from tests.servers import serving

# The page's own config, with a scripted server in place of the embedded model.
SCRIPTED = """
from mmengine.config import read_base
from opencompass.models import OpenAISDK
from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .eval_voice import datasets, eval, infer, summarizer

models = [dict(type=Simulacrum, abbr=name, method='prompt', llm=LLM) for name in ('talker', 'mute')]
models[1]['llm'] = dict(models[1]['llm'], path='mute')
"""


def examples() -> dict[str, str]:
    """Returns the page's code by the file that it belongs to."""
    page = (ROOT / "CONTRIBUTING.md").read_text()
    blocks = re.findall(r"^ *<!-- (\S+) -->\n *```\w+\n(.*?)^ *```$", page, re.MULTILINE | re.DOTALL)
    return {file: code for file, code in blocks}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with the page's experiment added."""
    target = tmp_path / "project"
    for folder in ("human_simulacra", "configs"):
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "run.py", target)
    blocks = examples()
    line = blocks.pop("human_simulacra/experiments/registry.py")
    assert line.count("\n") == 1
    for file, code in blocks.items():
        path = target / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(code))
    (target / "human_simulacra" / "experiments" / "voice" / "__init__.py").touch()
    registry = target / "human_simulacra" / "experiments" / "registry.py"
    text = registry.read_text()
    registry.write_text(re.sub(r"(?m)^FOLDERS = \($", f"FOLDERS = (\n    {line.strip()}", text))
    return target


def test_the_experiment_runs_to_table_report_and_replay(project: Path, data: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(project), "HUMAN_SIMULACRA_DATA": str(data), "OPENAI_API_KEY": "sk-test"}

    def call(*command: str) -> str:
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment, cwd=project)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def reply(body: dict, number: int) -> str:
        return "It was fine." if body["model"] == "mute" else "I had a fine day."

    with serving(reply) as server:
        config = project / "configs" / "eval_voice_scripted.py"
        config.write_text(SCRIPTED.replace("LLM", openai_llm(server.address)))
        printed = call("run.py", str(config), "-w", "out", "--wide")
        assert len(server.requests) == 2 * 3 * 2  # models, characters and questions
    assert "First-person voice, by method" in printed and "Sample 'quick'" in printed and "voice: both questions" in printed
    assert re.search(r"^talker +6 +100\.0 \[29\.2, 100\.0\]$", printed, re.MULTILINE)
    assert re.search(r"^mute +6 +0\.0 \[0\.0, 70\.8\]$", printed, re.MULTILINE)
    assert "Exploratory comparisons, first person: the characters' own figures" in printed

    (run,) = (project / "out").iterdir()
    summary = json.loads((run / "summary" / "voice.json").read_text())
    assert {(h["model"], h["estimate"]["value"]) for h in summary["headlines"]} == {("talker", 100.0), ("mute", 0.0)}
    program = "import sys; from human_simulacra.cli import main; sys.exit(main(sys.argv[1:]))"
    assert "voice: 12 rows and" in (replayed := call("-c", program, "replay", str(run))) and "figures agree" in replayed
    page = (run / "summary" / "report.html").read_text()
    assert "First-person voice, by method" in page and "First person by character" in page
    (run / "summary" / "report.html").unlink()
    call("-c", program, "report", str(run))
    assert (run / "summary" / "report.html").is_file()
