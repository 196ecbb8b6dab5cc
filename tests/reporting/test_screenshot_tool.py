"""The tool that takes the picture of a report."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_simulacra.cli import main as cli
from tests.conftest import needs_chromium
from tests.synthetic_run import write_run
from tools.screenshot_report import HEIGHT, WIDTH, main


@needs_chromium
def test_the_picture_has_the_size_that_a_page_can_show(tmp_path: Path) -> None:
    run = write_run(tmp_path / "20260301_100000", ("ada", "bo"), ("none", "rag"), everything=False)
    assert cli(["report", str(run)]) == 0
    picture = tmp_path / "report.png"
    assert main([str(run), str(picture)]) == 0
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG") and 20_000 < len(content) < 300_000
    assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (WIDTH, HEIGHT)


def test_a_run_without_a_report_gives_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), str(tmp_path / "report.png")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "report.html does not exist: give the folder of a run" in error
