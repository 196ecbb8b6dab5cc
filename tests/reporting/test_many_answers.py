"""A report of more answers than a browser can hold shows whole questions at even distances, and says so."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from human_simulacra.reporting import answer_browser, write_report
from human_simulacra.reporting.answer_browser import pack_answers
from human_simulacra.results.loaded_run import load_runs
from tests.synthetic_run import METHODS, write_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "20260101_120000", questions=4, everything=False)


def shown_questions(html: str) -> Counter[str]:
    """Returns how many answers of each question a report holds."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found[1])
    return Counter("\n".join(data["lines"][int(n, 36)] for n in row["id"].split(",")) for row in data["rows"])


def test_a_report_shows_all_answers_up_to_its_limit_and_then_whole_questions(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write_report([folder], tmp_path / "whole.html").read_text()
    assert len(shown_questions(whole)) == 48 and "answers are on this page" not in whole
    runs = load_runs([folder])
    for most in (1, 7, 60, 239, 240, 241):
        sample = pack_answers(runs, most)
        assert sample.whole == 240 and sample.shown == len(sample.packed["rows"])
        assert sample.shown == 240 if most >= 240 else sample.shown <= max(most, len(METHODS))
        assert sample.shown > min(most, 240) - 2 * len(METHODS)
    monkeypatch.setattr(answer_browser, "MOST_ANSWERS", 60)
    part = write_report([folder], tmp_path / "part.html").read_text()
    assert "60 of 240 answers are on this page" in part and "1 run, 240 answers" in part
    shown = shown_questions(part)
    assert set(shown.values()) == {len(METHODS)} and sum(shown.values()) == 60
    assert len({question.rsplit("-single_choice", 1)[0] for question in shown}) == 12  # of every character
    cut = part.index('id="answers"')
    assert re.sub(r"generated [\d: -]+", "", part[:cut]) == re.sub(r"generated [\d: -]+", "", whole[:cut])
