"""A small finished run, made once for a module; every fault changes a copy of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from human_simulacra.plugin.config_reading import load_config
from human_simulacra.plugin.run_command import main
from tests.conftest import write_character
from tests.run_config import latest, openai_llm, write_config
from tests.servers import serving

KEY = "sk-faults-5f2d9a7be1"


class FinishedRun(NamedTuple):
    """The path and the contents of the config, and the folder of the run."""

    path: Path
    config: Any
    folder: Path


def make_run(folder: Path) -> FinishedRun:
    """Runs two models on three datasets of three characters: 6 cloze, 3 single and 3 multiple choice questions."""
    for name, year in (("Ada Berg", 1980), ("Bo Crane", 1985), ("Cy Dahl", 1990)):
        write_character(folder / "data", name, year)
    with pytest.MonkeyPatch.context() as environment, serving(lambda *_: "A") as server:
        environment.setenv("OPENAI_API_KEY", KEY)
        environment.setenv("HUMAN_SIMULACRA_CACHE", str(folder / "cache"))
        path = write_config(folder, folder / "data", openai_llm(server.address), ("none", "prompt"))
        assert main([str(path), "-w", str(folder / "out")]) == 0
    return FinishedRun(path, load_config(str(path)), latest(folder / "out"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FinishedRun]:
    """The finished run, which no test changes."""
    yield make_run(tmp_path_factory.mktemp("finished"))


@pytest.fixture
def run(finished: FinishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FinishedRun:
    """A copy of the finished run."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    return finished._replace(folder=Path(shutil.copytree(finished.folder, tmp_path / "out" / finished.folder.name)))


def write(name: str, text: str) -> Callable[[Path], object]:
    """Returns a change that writes a file of the run."""

    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    return change


def remove(*names: str) -> Callable[[Path], object]:
    """Returns a change that removes files of the run."""
    return lambda folder: [(folder / name).unlink() for name in names]


def cut(name: str) -> Callable[[Path], object]:
    """Returns a change that leaves the first half of a file, as a killed process does."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[: (folder / name).stat().st_size // 2])


def edit(name: str, change: Callable[[Any], Any]) -> Callable[[Path], object]:
    """Returns a change of a JSON file: `change` changes its content, or returns another."""

    def apply(folder: Path) -> None:
        content = json.loads((folder / name).read_text())
        changed = change(content)
        (folder / name).write_text(json.dumps(content if changed is None else changed))

    return apply


def split(name: str, *sizes: int, keep_whole: bool = False) -> Callable[[Path], object]:
    """Returns a change that splits a predictions file into parts of these sizes, as OpenCompass's partitioners do."""

    def apply(folder: Path) -> None:
        path, start = folder / name, 0
        rows = list(json.loads(path.read_text()).values())
        for number, size in enumerate(sizes):
            part = {str(place): row for place, row in enumerate(rows[start : start + size])}
            path.with_name(f"{path.stem}_{number}.json").write_text(json.dumps(part))
            start += size
        if not keep_whole:
            path.unlink()

    return apply


def both(*changes: Callable[[Path], object]) -> Callable[[Path], object]:
    """Returns a change that makes several ones."""
    return lambda folder: [change(folder) for change in changes]
