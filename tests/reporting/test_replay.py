"""Replay of a saved run's figures: an unchanged run agrees, every difference is located, and only the run's folder is needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main
from human_simulacra.reporting import write_manifest
from human_simulacra.results.rules import RULES
from tests.run_config import ROOT
from tests.synthetic_run import write_run

MODEL = "some-model-7b-instruct-rag"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(
        tmp_path / "20260301_100000", ("ada", "bo"), ("none", "rag"), everything=False, price={"input": 1.0, "output": 2.0}
    )


def edit(path: Path, change: Callable[[Any], object]) -> None:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def predictions(run: Path) -> Path:
    return run / "predictions" / MODEL / "single_choice.json"


def results(run: Path) -> Path:
    return run / "results" / MODEL / "single_choice.json"


def find_difference(run: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Replays a run and returns the only line that reports a difference."""
    assert main(["replay", str(run)]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if " differs: " in line]
    assert len(lines) == 1
    return lines[0]


def test_an_unchanged_run_agrees_and_prints_the_number_of_figures(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(run)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "manifest: 7 files are unchanged"
    assert [line.split(":")[0] for line in lines[1:]] == ["primary", "self_report", "usage"]
    assert "20 rows and" in lines[2] and all(line.endswith("figures agree") for line in lines[1:])


def test_a_reworded_note_is_a_difference_also_if_the_manifest_was_written_again(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(run / "summary" / "self_report.json", lambda summary: summary.update(notes=["Somebody said so later."]))
    write_manifest(run)
    assert "self_report.json: notes" in find_difference(run, capsys)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A run of every experiment that version 0.1.0 recorded on the embedded model."""
    with tarfile.open(ROOT / "tests" / "data" / "run_of_version_0_1_0.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    return next(tmp_path.glob("2*"))


def test_a_run_of_version_0_1_0_says_in_one_sentence_that_it_needs_its_version(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(recorded)]) == 1
    printed = capsys.readouterr()
    assert printed.err == "" and printed.out == (
        f"rules: {recorded}/summary/run.json: human-simulacra 0.1.0 scored this run by rules 1, and the installed version reads replies and "
        f"computes intervals by rules {RULES}: to replay the run, check out the version that made it\n"
    )
    assert main(["report", str(recorded)]) == 0
    first = (recorded / "summary" / "report.html").read_text().split("<header>")[1].strip().splitlines()[0]
    assert "This run does not replay. summary/run.json: human-simulacra 0.1.0 scored this run by rules 1" in first


def test_files_of_a_run_with_other_rules_are_still_checked(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(run / "summary" / "run.json", lambda description: description.update(rules=RULES + 1))
    write_manifest(run)
    assert main(["replay", str(run)]) == 1
    rules, files = capsys.readouterr().out.splitlines()
    assert f"by rules {RULES + 1}" in rules and files.endswith("files are unchanged")
    edit(predictions(run), lambda rows: rows["3"]["trace"].update(thoughts="I never thought so."))
    assert main(["replay", str(run)]) == 1
    rules, files = capsys.readouterr().out.splitlines()
    assert f"{predictions(run)} was changed after the run: trace of row ada-single_choice-04" in files


def test_an_edited_answer_is_found(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(predictions(run), lambda rows: rows["3"].update(prediction="D. something else"))
    line = find_difference(run, capsys)
    assert f"{predictions(run)}: the answer to ada-single_choice-04" in line and "D. something else" in line


def test_an_answer_edited_in_predictions_and_results_is_found_by_its_score(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = json.loads(results(run).read_text())["details"][3]["correct"][0]
    answer = json.loads(results(run).read_text())["details"][3]["answer"][0][0]
    other = "ABCD"[(answer + 1) % 4 if right else answer]
    edit(predictions(run), lambda rows: rows["3"].update(prediction=other))
    edit(results(run), lambda whole: whole["details"][3].update(prediction=[other]))
    assert "row ada-single_choice-04" in find_difference(run, capsys)


def test_an_edited_score_metric_or_figure_is_located(run: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def touched(name: str, file: str, change: Callable[[Any], object]) -> str:
        copy = shutil.copytree(run, tmp_path / name)
        edit(copy / file, change)
        return find_difference(copy, capsys)

    file = f"results/{MODEL}/single_choice.json"
    assert "row ada-single_choice-01.points" in touched("score", file, lambda whole: whole["details"][0].update(points=[7]))
    assert "single_choice.json: score" in touched("metric", file, lambda whole: whole.update(score=99.0))
    summary = "summary/self_report.json"
    line = touched("figure", summary, lambda whole: whole["headlines"][0]["estimate"].update(low=1.25))
    assert "headlines[0].estimate.low differs: saved 1.25" in line
    assert "usage" in touched("usage", "summary/run.json", lambda whole: whole["usage"][MODEL]["all"].update(prompt_tokens=1))
    assert "money" in touched("money", "summary/run.json", lambda whole: whole["money"].update({MODEL: 0.5}))


def test_differences_below_the_tolerance_are_ignored(run: Path) -> None:
    def nudge(whole: Any) -> None:
        whole["headlines"][0]["estimate"]["value"] += 1e-11

    edit(run / "summary" / "self_report.json", nudge)
    write_manifest(run)
    assert main(["replay", str(run)]) == 0


def test_a_missing_row_is_found(run: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = shutil.copytree(run, tmp_path / "copy")
    edit(predictions(run), lambda rows: rows.pop("9"))
    assert "its number of rows differs: saved 10, recomputed 9" in find_difference(run, capsys)
    edit(predictions(copy), lambda rows: rows.pop("9"))
    edit(results(copy), lambda whole: whole["details"].pop())
    find_difference(copy, capsys)  # removed from both files: the metrics differ


@pytest.mark.parametrize(
    "file", [f"predictions/{MODEL}/single_choice.json", f"results/{MODEL}/single_choice.json", "summary/self_report.json"]
)
def test_a_missing_file_is_found(run: Path, capsys: pytest.CaptureFixture[str], file: str) -> None:
    (run / file).unlink()
    line = find_difference(run, capsys)
    assert str(run / file) in line and "no such file" in line


def test_an_invalid_row_is_a_difference_and_no_traceback(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(results(run), lambda whole: whole["details"][2].pop("options"))
    assert "row ada-single_choice-03" in find_difference(run, capsys)


@pytest.mark.parametrize("command", ["replay", "report"])
def test_an_invalid_run_folder_gives_one_sentence(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    def error_message(folder: Path) -> str:
        assert main([command, str(folder)]) == 2
        printed = capsys.readouterr()
        assert printed.out == "" and printed.err.count("\n") == 1 and "Traceback" not in printed.err
        return printed.err

    assert "is no folder: give the folder of a run" in error_message(tmp_path / "nowhere")
    (tmp_path / "foreign").mkdir()
    assert "is not a run's folder" in error_message(tmp_path / "foreign")
    assert f"pass one of them, for instance {run}" in error_message(run.parent)
    manifest = run / "summary" / "run.json"
    text = manifest.read_text()
    manifest.write_text(text[: len(text) // 2])
    assert f"{manifest} is not valid JSON" in error_message(run)
    manifest.write_text('{"hello": 1}')
    assert "is not valid: write it again" in error_message(run)
    manifest.unlink()
    assert "finish the run" in error_message(run)


def test_replay_and_report_need_only_the_run_folder(run: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(run, tmp_path / "another machine" / run.name)
    shutil.rmtree(run)
    program = """
import socket, sys
def refuse(*a, **k): raise OSError("no network here")
socket.socket.connect = refuse
from human_simulacra.cli import main
status = [main(["replay", sys.argv[1]]), main(["report", sys.argv[1]])]
loaded = [name for name in ("opencompass", "mmengine", "torch", "transformers", "openai") if name in sys.modules]
print(status, loaded)
"""
    environment = {key: value for key, value in os.environ.items() if key != "OPENAI_API_KEY"}
    environment |= {"HUMAN_SIMULACRA_DATA": str(tmp_path / "nothing"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(elsewhere)], capture_output=True, text=True, env=environment, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1:] == ["[0, 0] []"], done.stdout + done.stderr
    assert (elsewhere / "summary" / "report.html").is_file()
