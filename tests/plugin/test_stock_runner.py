"""A run with OpenCompass's own runner and partitioner, which split each dataset into tasks of other processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from human_simulacra.cli import main as cli
from human_simulacra.plugin.run_command import main
from tests.run_config import ROOT, latest, openai_llm, texts, write_config
from tests.servers import serving

KEY = "sk-stock-5f2d9a7be1"


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
        whole = "dict(type=NaivePartitioner, n=1000), runner=dict(type=InProcessRunner, task=dict(type=OpenICLInferTask)"
        assert whole in text
        parts = "dict(type=NumWorkerPartitioner, num_worker=2, min_task_size=1), runner=dict(type=LocalRunner, task=dict(type=OpenICLInferTask)"
        imports = "from opencompass.partitioners import NumWorkerPartitioner\nfrom opencompass.runners import LocalRunner\n"
        config.write_text(imports + text.replace(whole, parts))
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
