"""Comments of people are kept at once, and the export holds grades, texts and comments; agreement is printed."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main
from tests.chat.test_terminal import CONSOLE
from tests.judging.page_steps import enter, grade, saved, to_comparison
from tests.served_page import ServedPage


def test_a_comment_is_kept_with_and_without_a_grade_and_exported_with_the_texts(
    page: Any, served: ServedPage, finished: tuple[Path, Path], tmp_path: Path
) -> None:
    enter(page, served, "Ines")
    while not page.get_by_role("heading", name="How alike").count():
        page.get_by_role("link", name="Skip").click()
        page.wait_for_load_state()
    shown, where = page.locator("blockquote").all_inner_texts(), page.url
    page.get_by_label("Comment").fill("=SUM(A1) für später, 5")
    page.get_by_role("heading", name="How alike").click()
    page.get_by_text("saved", exact=True).wait_for()
    page.goto(where)
    assert page.get_by_label("Comment").input_value() == "=SUM(A1) für später, 5" and saved(tmp_path / "grades.sqlite") == []

    def exported() -> list[dict[str, str]]:
        # In a process of its own, since playwright's event loop occupies this one.
        db, file = str(tmp_path / "grades.sqlite"), tmp_path / "grades.csv"
        subprocess.run([*CONSOLE, "judge", str(finished[0]), "--db", db, "--export", str(file)], check=True)
        assert file.read_bytes().startswith(b"\xef\xbb\xbfjudge,")  # without the mark, spreadsheets garble umlauts
        with file.open(encoding="utf-8-sig") as stream:
            return list(csv.DictReader(stream))

    (alone,) = exported()
    assert (alone["judge"], alone["grade"], alone["comment"]) == ("Ines", "", "'=SUM(A1) für später, 5")
    page.get_by_label("Comment").fill("- so so")
    grade(page, 4)
    (row,) = exported()
    assert (row["grade"], row["meaning"], row["comment"], row["half"]) == ("4", "rather alike", "'- so so", "similarity")
    texts = (row["text"], row["compared_with"]) if row["shown_as"] == "A" else (row["compared_with"], row["text"])
    assert list(texts) == shown and row["question"].startswith("Case ") and row["model"].startswith("m-")


def test_a_comparison_is_exported_with_the_letter_under_which_each_answer_was_shown(
    page: Any, served: ServedPage, finished: tuple[Path, Path], tmp_path: Path
) -> None:
    enter(page, served, "Otto")
    to_comparison(page)
    shown = page.locator(".answers blockquote").all_inner_texts()
    page.get_by_label("Comment").fill("close")
    page.get_by_label("Decision, answer A, 1 to 2").focus()
    before = page.url
    page.keyboard.type("12112109\n")
    page.wait_for_function("before => location.href !== before", arg=before)
    db, file = str(tmp_path / "grades.sqlite"), tmp_path / "grades.csv"
    subprocess.run([*CONSOLE, "judge", str(finished[0]), "--db", db, "--export", str(file)], check=True)
    with file.open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 8 and {row["comment"] for row in rows} == {"close"}
    assert {(row["shown_as"], row["text"]) for row in rows} == {("A", shown[0]), ("B", shown[1])}
    grades = {(row["criterion"], row["shown_as"]): row["grade"] for row in rows}
    assert (grades["decision", "A"], grades["decision", "B"], grades["false facts", "B"]) == ("1", "2", "9")


def as_keen(part: Any, unsure: bool) -> int:
    """What the judge `keen` would give, who prefers answers that name the person; or something in the middle."""
    known = part.model == "m-prompt"
    if part.criterion == "grade":
        return 3 if unsure else 5 if known else 1
    if part.criterion == "false facts":
        return 1 if unsure else 0 if known else 2
    return 1 if unsure or known else 2


def test_export_and_agreement(finished: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from human_simulacra.judging.grade_store import GradeStore
    from human_simulacra.judging.judged_items import collect_items, load_judged_rows

    items = collect_items(load_judged_rows(finished[0]))
    store = GradeStore(tmp_path / "grades.sqlite")
    # Three people grade like the judge `keen`: 5 if the respondent knows the character's name.
    for person in ("Ines", "Otto", "Hanna"):
        for place, item in enumerate(items):
            unsure = place % 7 == ord(person[0]) % 7
            store.save(person, {part.id: as_keen(part, unsure) for part in item.parts})
    store.save("Ines", {"of-an-earlier-run": 5})
    arguments = ["judge", str(finished[0]), "--db", str(tmp_path / "grades.sqlite")]
    assert main([*arguments, "--export", str(tmp_path / "grades.csv"), "--agreement"]) == 0
    (tmp_path / "mine.csv").write_text("a,b\n")
    assert main([*arguments, "--export", str(tmp_path / "mine.csv")]) == 2 and (tmp_path / "mine.csv").read_text() == "a,b\n"
    assert main([*arguments, "--export", str(tmp_path / "grades.csv")]) == 0  # over an earlier export
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    parts = [part for item in items for part in item.parts]
    assert len(rows) == 3 * len(parts) and {row["model"] for row in rows} == {"m-none", "m-prompt"}
    printed, said = capsys.readouterr()
    assert "skipped 1 stored grades of items whose text is no longer in the run" in said
    assert f"Ines ({len(parts)} items)" in printed
    for words in ("Agreement among people", "ICC(2,k)", "alpha", "People against keen", "Pearson", "Alternative-annotator test"):
        assert words in printed
    test = printed[printed.index("Alternative-annotator test") :].splitlines()
    assert [line for line in test if "response similarity" in line and "keen" in line and " yes " in line]
    assert [line for line in test if "response similarity" in line and "blind" in line and " no " in line]
    among = printed[printed.index("Agreement among people") :].splitlines()
    for criterion in ("decision", "voice", "naturalness", "false facts"):
        assert [line for line in among if line.startswith(f"comparison, {criterion}") and "alpha" in line]
    # `keen` ranks the answer with the right name first, as people mostly do; `blind` ranks by position, so everything alike.
    assert [line for line in test if "comparison, voice" in line and "keen" in line and " yes " in line]
