"""Resuming a run does again what changed or is damaged, and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from human_simulacra.plugin import finished_work
from human_simulacra.plugin.run_command import main
from tests.faults.finished_run import FinishedRun, make_run

# What says who holds the folder, and is written by every process.
OF_THE_PROCESS = {"run_record.json", "run.lock"}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FinishedRun]:
    yield make_run(tmp_path_factory.mktemp("finished"))


@pytest.fixture
def run(finished: FinishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FinishedRun:
    """A copy of the finished run, whose server is gone: asking for anything again would fail."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-faults-5f2d9a7be1")
    monkeypatch.setenv("HUMAN_SIMULACRA_CACHE", str(tmp_path / "empty"))
    monkeypatch.chdir(tmp_path)
    return finished._replace(folder=Path(shutil.copytree(finished.folder, tmp_path / "out" / finished.folder.name)))


def resume(run: FinishedRun, *more: str) -> int:
    return main([str(run.path), "-w", str(run.folder.parent), "-r", *more])


def written(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Returns every file's content and when it was written."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in paths
        if path.name not in OF_THE_PROCESS
    }


def test_a_complete_run_is_told_again_and_no_file_is_written(run: FinishedRun, capsys: pytest.CaptureFixture[str]) -> None:
    before = written(run.folder)
    assert resume(run) == 0
    first = capsys.readouterr()
    assert "is complete, and nothing that it depends on has changed" in first.err
    assert "Self report" in first.out and f"{run.folder.name}/summary/report.html" in first.out
    assert written(run.folder) == before
    # Another way of printing needs the tables again, but no answer and no score.
    assert resume(run, "--wide") == 0
    assert "Usage" in capsys.readouterr().out
    after = written(run.folder)
    assert {name for name in before if name.startswith(("predictions/", "results/")) and after[name] != before[name]} == set()


def edit_score(folder: Path) -> str:
    path = folder / "results/m-none/cloze.json"
    path.write_text(path.read_text().replace('"correct"', '"korrect"', 1))
    return "results/m-none/cloze.json"


def edit_reply(folder: Path) -> str:
    path = folder / "predictions/m-prompt/single_choice.json"
    path.write_text(path.read_text().replace('"prediction": "A"', '"prediction": "B"', 1))
    return "predictions/m-prompt/single_choice.json"


def cut_reply(folder: Path) -> str:
    path = folder / "predictions/m-none/multiple_choice.json"
    path.write_bytes(path.read_bytes()[:100])
    return "predictions/m-none/multiple_choice.json"


@pytest.mark.parametrize("damage", [edit_score, edit_reply, cut_reply])
def test_what_was_edited_is_made_again_and_the_rest_is_kept(run: FinishedRun, damage: Callable[[Path], str]) -> None:
    before = written(run.folder)
    name = damage(run.folder)
    assert written(run.folder)[name][0] != before[name][0]
    assert resume(run) == 0
    after = written(run.folder)
    assert after[name][0] == before[name][0]
    results = {f"results/{Path(name).relative_to(Path(name).parts[0])}", name}
    kept = {one for one in before if one.startswith(("predictions/", "results/")) and after[one] == before[one]}
    assert kept == {one for one in before if one.startswith(("predictions/", "results/"))} - results
    assert (run.folder / "summary/report.html").is_file()


def test_other_code_scores_again_and_asks_for_nothing(run: FinishedRun, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(run.folder)
    monkeypatch.setattr(finished_work, "code_version", lambda: "another")
    assert resume(run) == 0
    after = written(run.folder)
    answered = {name for name in before if name.startswith(("predictions/", "results/")) and name.endswith(".json")}
    assert {name for name in answered if after[name][1] == before[name][1]} == set()
    assert {name for name in answered if after[name][0] != before[name][0]} == set()


def test_a_damaged_record_of_finished_work_costs_time_and_nothing_else(run: FinishedRun) -> None:
    for text in ("", '{"pairs": [{"pair": ["m-none", "cloze"]}]}'):
        (run.folder / "finished.json").write_text(text)
        assert resume(run) == 0
        assert json.loads((run.folder / "finished.json").read_text())["printed"]
