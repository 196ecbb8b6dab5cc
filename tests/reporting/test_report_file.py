"""Where `human-simulacra report` writes: over an earlier report, over no other file, and what it says if it cannot."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main
from tests.synthetic_run import write_run


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("small") / "run", ("ada", "bo"), ("none", "macm"), everything=False)


def test_a_report_replaces_an_earlier_one_and_no_other_file(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("precious")
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "link.html").symlink_to("/dev/full")
    for name in ("notes.txt", "folder.html", "link.html"):
        assert main(["report", str(small), "--out", str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and str(tmp_path / name) in said and "choose a" in said
    assert (tmp_path / "notes.txt").read_text() == "precious" and (tmp_path / "link.html").is_char_device()
    (tmp_path / "empty.html").touch()
    (tmp_path / "linked.html").symlink_to("empty.html")
    for _ in range(2):
        assert main(["report", str(small), "--out", str(tmp_path / "linked.html")]) == 0
    assert (tmp_path / "linked.html").is_symlink() and "Single answers" in (tmp_path / "empty.html").read_text()


def test_a_report_that_cannot_be_written_is_one_sentence(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Path(shutil.copytree(small, tmp_path / "run"))
    (run / "summary" / "report.html").unlink(missing_ok=True)
    (run / "summary" / "report.html").mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.html").mkdir()
    for runs in ([str(run)], [str(run), str(small)]):
        assert main(["report", *runs]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "report.html exists and is no report, so it is not overwritten: remove it, or" in said

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/x/.r.html.abc")

    monkeypatch.setattr("human_simulacra.files.os.replace", full)
    assert main(["report", str(small), "--out", "r.html"]) == 2
    assert capsys.readouterr().err.endswith("r.html cannot be written (No space left on device): choose another with --out\n")
