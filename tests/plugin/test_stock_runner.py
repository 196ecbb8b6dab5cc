"""A run with OpenCompass's own runner and partitioner, which split each dataset into tasks of other processes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from human_simulacra.cli import main as cli
from human_simulacra.plugin.run_command import main
from tests.run_config import ROOT, latest, openai_llm, texts, write_config
from tests.servers import serving

KEY = "sk-stock-5f2d9a7be1"
WHOLE = "dict(type=NaivePartitioner, n=1000), runner=dict(type=InProcessRunner, task=dict(type=OpenICLInferTask)"
# Takes srun's options, writes down each job, and loses the first one.
SRUN = """#!/bin/bash
echo "$*" >> "$(dirname "$0")/jobs"
while [[ $1 == -* ]]; do case $1 in -p|-J) shift 2;; *) shift;; esac; done
mkdir "$(dirname "$0")/lost" 2> /dev/null && exit 1
exec "$@"
"""


def split(text: str, runner: str, more: str = "") -> str:
    """Returns a config that runs each dataset in two parts with a runner of OpenCompass."""
    assert WHOLE in text
    parts = f"dict(type=NumWorkerPartitioner, num_worker=2, min_task_size=1), runner=dict(type={runner}, {more}task=dict(type=OpenICLInferTask)"
    imports = f"from opencompass.partitioners import NumWorkerPartitioner\nfrom opencompass.runners import {runner}\n"
    return imports + text.replace(WHOLE, parts)


def test_a_run_in_parts_by_other_processes_is_complete_and_resumes_without_paying_twice(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    with serving(lambda *_: "A") as server:
        config = write_config(
            tmp_path, data, openai_llm(server.address), ("prompt",), dataset={"characters": ["ada-berg", "bo-crane"]}
        )
        text = config.read_text().replace("('cloze', 'single_choice', 'multiple_choice')", "('cloze',)")
        config.write_text(split(text, "LocalRunner"))
        arguments = [str(config), "-w", str(tmp_path / "out")]
        assert main(arguments) == 0, capsys.readouterr().err
        folder = latest(tmp_path / "out")
        assert texts(folder) == {"m-prompt/cloze_0": ["A", "A"], "m-prompt/cloze_1": ["A", "A"]}
        run = json.loads((folder / "summary" / "run.json").read_text())
        assert run["usage"]["m-prompt"]["all"]["calls"] == 4 and run["unfinished"] == []
        files = json.loads((folder / "summary" / "manifest.json").read_text())["files"]
        assert {f"predictions/m-prompt/{name}" for name in ("cloze_0.json", "rows/cloze_1.jsonl")} <= set(files)
        assert cli(["replay", str(folder)]) == 0
        assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

        monkeypatch.setenv("HUMAN_SIMULACRA_CACHE", str(tmp_path / "empty"))  # only the journals know the answers
        config.write_text(text)
        assert main([*arguments, "-r"]) == 0
        assert texts(folder) == {"m-prompt/cloze": ["A"] * 4} and len(server.requests) == 4
        assert cli(["replay", str(folder)]) == 0


def test_a_run_on_slurm_starts_a_lost_job_again(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr("opencompass.runners.slurm.random", SimpleNamespace(randint=lambda *_: 0))  # seconds to wait before a job
    monkeypatch.chdir(tmp_path)
    srun = tmp_path / "bin" / "srun"
    srun.parent.mkdir()
    srun.write_text(SRUN)
    srun.chmod(0o755)
    with serving(lambda *_: "A") as server:
        config = write_config(
            tmp_path, data, openai_llm(server.address), ("prompt",), dataset={"characters": ["ada-berg", "bo-crane"]}
        )
        text = config.read_text().replace("('cloze', 'single_choice', 'multiple_choice')", "('cloze',)")
        config.write_text(split(text, "SlurmRunner", "partition='cpu', max_num_workers=2, "))
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0, capsys.readouterr().err
        assert texts(latest(tmp_path / "out")) == {"m-prompt/cloze_0": ["A", "A"], "m-prompt/cloze_1": ["A", "A"]}
        assert len(server.requests) == 4
    jobs = (srun.parent / "jobs").read_text().splitlines()
    assert len(jobs) == 3 and all(job.startswith("-p cpu -N1 -u -J OpenICLInfer[m-prompt/cloze_") for job in jobs)
