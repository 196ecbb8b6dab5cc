"""A run that was copied, moved or renamed: what every message tells to do about it works where the run now lies."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from human_simulacra.cli import main as cli
from human_simulacra.plugin.run_command import main
from tests.faults.fault import Fault, each
from tests.faults.finished_run import FinishedRun, cut, finished, remove, run

__all__ = ["finished", "run"]

R = "results/m-none/cloze.json"
DAMAGE = [
    Fault("cut scores", cut(R), f"{R} is not valid JSON"),
    Fault("cut answers", cut("predictions/m-none/cloze.json"), "cloze.json is not valid JSON"),
    Fault("no scores of a dataset", remove(R), f"{R} is missing"),
    Fault("no scores", lambda folder: shutil.rmtree(folder / "results"), R.rsplit("/", 2)[0]),
    Fault("no description", remove("summary/run.json"), "has no summary/run.json"),
    Fault("a cut description", cut("summary/run.json"), "summary/run.json is not valid JSON"),
    Fault("no figures", remove("summary/self_report.json"), "summary/self_report.json is missing or not valid"),
]


def mend(run: FinishedRun, said: str) -> list[str]:
    """Returns the arguments of the command that a message tells to run, with the run's config."""
    (found,) = re.findall(r"python run\.py CONFIG (-r [^\s,]+(?: -m \w+)?)", said)
    return [str(run.path), *found.split()]


@pytest.fixture
def moved(run: FinishedRun, tmp_path: Path) -> Callable[[str], Path]:
    """Moves the run to a path below the current folder, and returns the path."""

    def move(path: str) -> Path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.move(run.folder, path))

    return move


@each(DAMAGE)
def test_the_command_that_a_message_names_mends_a_moved_run(
    run: FinishedRun, moved: Callable[[str], Path], fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = moved("kept/best")
    fault.given(folder)
    assert cli(["report", str(folder)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and fault.expected in said
    assert main(mend(run, said)) == 0
    assert cli(["report", str(folder)]) == 0 and cli(["replay", str(folder)]) == 0


@pytest.mark.parametrize("path", ["best", "kept/best"])
def test_a_run_is_resumed_by_path_and_by_name_below_w(run: FinishedRun, moved: Callable[[str], Path], path: str) -> None:
    folder = moved(path)
    (folder / R).unlink()
    assert main([str(run.path), "-r", path]) == 0 and (folder / R).is_file()
    (folder / R).unlink()
    assert main([str(run.path), "-w", str(folder.parent), "-r", folder.name]) == 0 and (folder / R).is_file()


def test_a_copy_under_another_name_is_not_the_latest_run(run: FinishedRun) -> None:
    copy = Path(shutil.copytree(run.folder, run.folder.with_name(f"{run.folder.name}-copy")))
    for folder in (run.folder, copy):
        (folder / R).unlink()
    assert main([str(run.path), "-w", str(run.folder.parent), "-r"]) == 0
    assert (run.folder / R).is_file() and not (copy / R).exists()


@pytest.mark.parametrize("name", ["none", "kept", "my run"])
def test_a_path_that_is_no_run_is_one_sentence(
    run: FinishedRun, moved: Callable[[str], Path], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    moved("my run")
    Path("kept").mkdir()
    assert main([str(run.path), "-r", name]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert (f"there is no run '{name}' in" in said and "give the path of a run's folder" in said) or "has a space" in said


@each(DAMAGE[2:4])
def test_a_run_without_its_scores_is_not_complete_in_any_list(
    run: FinishedRun, fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    def listed() -> str:
        assert cli(["list", "runs", "--work-dir", str(run.folder.parent)]) == 0
        return capsys.readouterr().out.split("  ", 1)[1].strip()

    assert listed() == "m-none, m-prompt"
    fault.given(run.folder)
    assert listed() == "not readable"
