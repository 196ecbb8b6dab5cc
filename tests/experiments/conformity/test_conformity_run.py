"""The conformity experiment as a user runs it, against a real HTTP server on loopback."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.library import Library, data_path
from human_simulacra.plugin.run_command import main
from tests.run_config import ROOT, latest, openai_llm, texts, write_config
from tests.servers import serving

CONFORMITY = """
from human_simulacra.plugin.conformity import ConformityDataset
datasets = [dict(
    type=ConformityDataset, abbr='conformity', sample=%r, data=%r,
    reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
    infer_cfg=dict(
        prompt_template=dict(type=PromptTemplate, template='{envelope}'), retriever=dict(type=ZeroRetriever),
        inferencer=dict(type=SimulacrumInferencer)),
    eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),
)]
"""


@pytest.fixture
def trials(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    shutil.copy(data_path() / "conformity_trials.jsonl", data)
    return data


def config_for(
    folder: Path, data: Path, address: str, methods: tuple[str, ...], sample: str, models: str = "", **model: Any
) -> Path:
    config = write_config(folder, data, openai_llm(address), methods, model=model)
    config.write_text(config.read_text() + CONFORMITY % (sample, str(data)) + models)
    return config


def asked(body: dict[str, Any]) -> str:
    """Returns the trial that is put, without what was said before it."""
    text = body["messages"][-1]["content"]
    return text[max(text.rfind("You sit in a room"), text.rfind("You sit alone")) :]


def answer(body: dict[str, Any], truth: dict[str, tuple[str, str]]) -> str:
    """Answers by the server's model: `follows` the others, is `right`, or errs `alike` with and without them."""
    trial = asked(body)
    right, wrong = next(pair for question, pair in truth.items() if question in trial)
    letters = {text: letter for letter, text in re.findall(r"^([A-C])\. (.+)$", trial, re.MULTILINE)}
    said = re.findall(r"^\w+: ([A-C])\. ", trial, re.MULTILINE)
    return {"follows": said[-1] if said else letters[right], "right": letters[right], "alike": letters[wrong]}[body["model"]]


def truth_of(data: Path) -> dict[str, tuple[str, str]]:
    return {t.stimulus: (t.options[t.answer], t.options[t.majority]) for t in Library(data).conformity_trials}


def test_one_command_ends_in_conformity_with_intervals_and_the_human_baseline(
    tmp_path: Path, trials: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = truth_of(trials)
    with serving(lambda body, _: answer(body, truth)) as server:
        models = "models = [dict(m, abbr=p, llm=dict(m['llm'], path=p)) for m in models for p in ('follows', 'right', 'alike')]"
        config = config_for(tmp_path, trials, server.address, ("prompt",), "all", models)
        status = main([str(config), "-w", str(tmp_path / "out")])
        assert len(server.requests) == 3 * 3 * 2 * 18
    printed = capsys.readouterr()
    assert status == 0, printed.err
    folder = latest(tmp_path / "out") / "summary"
    with (folder / "conformity.csv").open() as stream:
        rows = {(r["model"], r["measure"], r["of"]): r for r in csv.DictReader(stream) if r["character"] == "all"}
    found = {model: float(rows[model, "conformity", "all"]["value"]) for model in ("follows", "right", "alike")}
    assert found == {"follows": 100, "right": 0, "alike": 0}
    assert float(rows["alike", "critical error", "control"]["value"]) == 100
    whole = json.loads((folder / "conformity.json").read_text())["data"]
    assert whole["human"]["n"] == 210 and whole["human"]["low"] < 33 < whole["human"]["high"]
    line = next(c for c in whole["curves"] if (c["model"], c["condition"], c["character"]) == ("follows", "pressure", "all"))
    assert [point["conformed"] for point in line["trials"]] == [100 * point["critical"] for point in line["trials"]]
    tables = (folder / "conformity.md").read_text()
    assert "Conformity, by method" in tables and "+100.0 [+26.2, +100.0]" in tables
    assert "33 % [27.0, 39.6] of 210 students" in tables and "a baseline, not a target" in tables
    assert "follows/conformity: 108/108 rows" in printed.err
    assert "## Conformity, by character" in (folder / "conformity.md").read_text()
    results = json.loads((latest(tmp_path / "out") / "results" / "follows" / "conformity.json").read_text())
    assert results["conformity"] == 100 and results["neutral_error_pressure"] == 0


def test_the_documented_variants_run_together_and_are_told_apart(tmp_path: Path, trials: Path) -> None:
    """A model that follows two others or more, and nobody who sits there alone."""
    page = (ROOT / "docs" / "conformity.md").read_text(encoding="utf-8")
    snippet = next(block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "majority-6" in block)
    truth = truth_of(trials)

    def script(body: dict[str, Any], number: int) -> str:
        alone = "one other person" in asked(body)
        return answer({**body, "model": "right" if alone else "follows"}, truth)

    with serving(script) as server:
        config = config_for(tmp_path, trials, server.address, ("prompt",), "quick", "conformity_datasets = datasets\n" + snippet)
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    with (latest(tmp_path / "out") / "summary" / "conformity.csv").open() as stream:
        rows = [r for r in csv.DictReader(stream) if (r["measure"], r["character"]) == ("conformity", "all")]
    found = {row["of"]: (float(row["value"]), row["rows"]) for row in rows if row["of"] != "all"}
    assert found["asch, majority 6"] == found["novel, majority 6"] == (100, "9") and found["asch, majority 1"] == (0, "9")
    assert set(found) == {"asch, majority 6", "asch, majority 1", "asch, majority 6, dissenter", "novel, majority 6"}


def test_an_inferencer_without_conversations_is_refused(tmp_path: Path, trials: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_for(tmp_path, trials, "http://127.0.0.1:9/v1", ("prompt",), "quick")
    config.write_text(
        config.read_text().replace("inferencer=dict(type=SimulacrumInferencer)", "inferencer=dict(type=GenInferencer)")
    )
    assert main([str(config), "-w", str(tmp_path / "out")]) == 2
    assert "dataset 'conformity' contains conversations" in capsys.readouterr().err


def test_a_killed_conversation_resumes_without_repeating_calls(
    tmp_path: Path, trials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = threading.Event()
    answered: Counter[str] = Counter()

    def script(body: dict[str, Any], number: int) -> str:
        if number > 60:
            reached.set()
        request = json.dumps(body, sort_keys=True)
        answered[request] += 1
        return f"{'ABC'[hash(request) % 3]} {hash(request) % 997}"  # depends on all that was said before

    with serving(script) as server:
        config = config_for(tmp_path, trials, server.address, ("macm",), "quick", concurrency=2)
        command = [sys.executable, str(ROOT / "run.py"), str(config), "-w", str(tmp_path / "out")]
        with subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            assert reached.wait(timeout=300)
            process.send_signal(signal.SIGKILL)
        before = dict(answered)
        assert main([str(config), "-w", str(tmp_path / "out"), "-r"]) == 0
        # Two calls were under way at the kill; those may have been answered and not yet kept.
        assert len([request for request in before if answered[request] > 1]) <= 2 < len(before)
        assert len(answered) == 3 * 2 * 4 * 3
        killed = texts(latest(tmp_path / "out"))
        monkeypatch.setenv("HUMAN_SIMULACRA_CACHE", str(tmp_path / "whole"))
        assert main([str(config), "-w", str(tmp_path / "whole_out")]) == 0
    assert killed == texts(latest(tmp_path / "whole_out"))
