"""The manifest of a real run: a replay names whatever was changed in its folder, and what users do with runs changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main
from human_simulacra.judging.grade_store import GradeStore
from human_simulacra.plugin.run_command import main as run_main
from tests.conftest import write_character
from tests.run_config import latest, openai_llm, write_config
from tests.servers import serving

PREDICTIONS, RESULTS = "predictions/m-macm/single_choice.json", "results/m-macm/single_choice.json"
ROW = "ada-berg-single_choice-01"
Change = Callable[[Any], object]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """The config and the folder of a finished run on three characters."""
    folder = tmp_path_factory.mktemp("manifest")
    for name, year in (("Ada Berg", 1980), ("Bo Crane", 1985), ("Cy Dahl", 1990)):
        write_character(folder / "data", name, year)
    with pytest.MonkeyPatch.context() as environment, serving(lambda *_: "A") as server:
        environment.setenv("OPENAI_API_KEY", "key-for-tests")
        environment.setenv("HUMAN_SIMULACRA_CACHE", str(folder / "cache"))
        config = write_config(folder, folder / "data", openai_llm(server.address), ("macm",))
        assert run_main([str(config), "-w", str(folder / "out")]) == 0
    yield config, latest(folder / "out")


@pytest.fixture
def run(finished: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the run, which a test may change."""
    return shutil.copytree(finished[1], tmp_path / "out" / finished[1].name)


def replay(run: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Returns the exit status of a replay and the lines about the manifest."""
    capsys.readouterr()
    status = main(["replay", str(run)])
    printed = capsys.readouterr()
    assert printed.err == ""
    return status, [line.removeprefix("manifest: ") for line in printed.out.splitlines() if line.startswith("manifest: ")]


def changed_file(run: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Replays a run and returns the only sentence about the manifest, without the run's folder."""
    status, lines = replay(run, capsys)
    assert status == 1 and len(lines) == 1
    return lines[0].replace(f"{run}/", "")


def edit(path: Path, change: Change) -> None:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value, indent=1))


def first_detail(**columns: Any) -> Change:
    return lambda whole: whole["details"][0].update({key: [value] for key, value in columns.items()})


def add_row(rows: dict[str, Any]) -> None:
    rows["3"] = rows["0"] | {"id": "ada-berg-single_choice-99"}


@pytest.mark.parametrize(
    ("file", "change", "expected"),
    [
        (PREDICTIONS, lambda rows: rows["0"]["trace"].update(thoughts="I never thought so."), f"trace of row {ROW}"),
        (PREDICTIONS, lambda rows: rows["0"].update(origin_prompt="What broke, or not?"), f"prompt of row {ROW}"),
        (PREDICTIONS, lambda rows: rows["0"].update(prediction="B"), f"prediction of row {ROW}"),
        (PREDICTIONS, lambda rows: rows["0"].update(gold=[9]), f"gold of row {ROW}"),
        (PREDICTIONS, add_row, "row ada-berg-single_choice-99 was added"),
        (PREDICTIONS, lambda rows: rows.pop("0"), f"row {ROW} was removed"),
        (PREDICTIONS, lambda rows: rows.update({"0": "A"}), "it is no longer a file of a run"),
        (RESULTS, first_detail(answer=[9]), f"gold answer of row {ROW}"),
        (RESULTS, first_detail(question="What did not break?"), f"question and other columns of row {ROW}"),
        (RESULTS, first_detail(points=7), f"prediction and scores of row {ROW}"),
        (RESULTS, lambda whole: whole.update(score=99.5), "score"),
        (RESULTS, lambda whole: whole["details"].append(whole["details"][0]), f"row {ROW}, repetition 2 was added"),
        (RESULTS, lambda whole: None, "only its layout"),
        ("summary/run.json", lambda description: description.update(config_hash="0" * 64), "config_hash"),
        ("summary/run.json", lambda description: description["prompts"].update(persona="0" * 64), "prompts"),
        ("summary/self_report.json", lambda whole: whole["tables"][0]["rows"][0].reverse(), "tables"),
    ],
)  # fmt: skip
def test_a_change_in_a_json_file_is_named_by_file_row_and_part(
    run: Path, capsys: pytest.CaptureFixture[str], file: str, change: Change, expected: str
) -> None:
    edit(run / file, change)
    assert changed_file(run, capsys) == f"{file} was changed after the run: {expected}"


@pytest.mark.parametrize(
    "file",
    [
        "configs/*.py",
        "sessions.jsonl",
        "predictions/m-macm/rows/cloze.jsonl",
        "summary/self_report.csv",
        "summary/self_report.md",
        "summary/report.html",
    ],
)
def test_a_change_in_a_text_file_is_named_by_file(run: Path, capsys: pytest.CaptureFixture[str], file: str) -> None:
    (path,) = run.glob(file)
    text = path.read_text()
    place = text.index("m-macm") if "m-macm" in text else len(text) // 2
    path.write_text(text[:place] + "7" + text[place + 1 :])
    assert changed_file(run, capsys) == f"{path.relative_to(run)} was changed after the run"


@pytest.mark.parametrize(
    "file", ["configs/*.py", PREDICTIONS, RESULTS, "summary/self_report.csv", "summary/self_report.json", "summary/report.html"]
)
def test_a_deleted_file_is_named(run: Path, capsys: pytest.CaptureFixture[str], file: str) -> None:
    (path,) = run.glob(file)
    path.unlink()
    assert changed_file(run, capsys) == f"{path.relative_to(run)} was deleted after the run: no such file"


def test_many_changes_in_one_file_give_one_short_sentence(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def forget(rows: dict[str, Any]) -> None:
        for row in rows.values():
            row["trace"]["thoughts"], row["origin_prompt"] = "", ""

    edit(run / PREDICTIONS, forget)
    assert changed_file(run, capsys).endswith(
        f": prompt of row {ROW}; trace of row {ROW}; prompt of row bo-crane-single_choice-01; and 3 more"
    )


def test_an_edited_or_missing_manifest_is_found(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = run / "summary" / "manifest.json"
    text = path.read_text()
    edit(path, lambda manifest: manifest["files"].pop(PREDICTIONS))
    edit(run / PREDICTIONS, lambda rows: rows["0"]["trace"].update(thoughts="I never thought so."))
    assert changed_file(run, capsys) == "summary/manifest.json was edited after the run: its contents do not match its own digest"
    # A new report does not hide it.
    assert main(["report", str(run)]) == 0 and "was edited after the run" in changed_file(run, capsys)
    path.write_text(text[:-9])
    assert main(["report", str(run)]) == 0 and "summary/manifest.json is not valid JSON" in changed_file(run, capsys)
    path.unlink()
    assert main(["report", str(run)]) == 0 and changed_file(run, capsys).startswith("summary/manifest.json is missing")


def test_a_copied_run_with_grades_and_a_later_report_replays(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(run, capsys)[0] == 0
    moved = run.rename(run.parent / "a better name")
    GradeStore(moved / "judgements.sqlite").save("Ida", {"an item": 4})
    before = (moved / "summary" / "report.html").read_bytes()
    (moved / "summary" / "report.html").unlink()
    assert main(["report", str(moved)]) == 0 and (moved / "summary" / "report.html").read_bytes() != before
    assert main(["report", str(moved), "--out", str(moved.parent / "other.html")]) == 0
    status, lines = replay(moved, capsys)
    assert status == 0 and lines[0].endswith("files are unchanged")


@pytest.mark.parametrize("arguments", [("-r",), ("-r", "-m", "viz"), ("-r", "-m", "eval"), ("-r", "--dry-run")])
def test_a_resumed_run_replays(
    finished: tuple[Path, Path],
    run: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")
    assert run_main([str(finished[0]), "-w", str(run.parent), *arguments]) == 0
    assert replay(run, capsys)[0] == 0


def test_a_run_resumed_after_a_loss_replays(
    finished: tuple[Path, Path], run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (run / PREDICTIONS).unlink()
    assert replay(run, capsys)[0] == 1
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")
    assert run_main([str(finished[0]), "-w", str(run.parent), "-r"]) == 0
    assert replay(run, capsys)[0] == 0
