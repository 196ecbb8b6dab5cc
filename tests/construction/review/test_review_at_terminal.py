"""`tools/review_character.py` at the terminal: decisions change the character, are kept, and survive a kill."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from human_simulacra.construction.review.review_queue import Decisions, ReviewItem, open_items, read_items, replace_items
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from tests.construction.review.open_texts import (
    ADA,
    ALL,
    BIOGRAPHY,
    LONGER,
    MEMORY,
    PARAGRAPH,
    QUESTION,
    STOOD,
    text_of,
    write_queue,
)
from tools.review_character import main


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch):
    """Gives the answers of the person at the terminal and the text of the editor; then the input ends."""

    def given(*answers: str, edited: str = "") -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        monkeypatch.setenv("VISUAL", "python3 -c \"import sys; open(sys.argv[1], 'w').write('" + edited + "')\"")

    return given


def review(out: Path, *options: str) -> int:
    return main([ADA, "--out", str(out), *options])


def test_a_review_can_stop_and_go_on_until_nothing_is_open(tmp_path: Path, answer, capsys: pytest.CaptureFixture[str]) -> None:
    out = write_queue(tmp_path, PARAGRAPH, BIOGRAPHY)
    answer("a", "s")
    assert review(out) == 1
    said = capsys.readouterr().out
    assert "1 of 2: " in said and "+ It was painted in May." in said and "! the month May is not in the plan" in said
    assert f"1 text for you to review: python tools/review_character.py {ADA} --out {out}" in said
    answer("r", "say what she does")
    assert review(out) == 0
    said = capsys.readouterr().out
    assert "2 of 2: " in said and "1 of 2: " not in said and f"every text of {ADA} is decided" in said
    assert {text_of(out, PARAGRAPH), text_of(out, BIOGRAPHY)} & {LONGER, BIOGRAPHY.before} != set()
    assert review(out, "--list") == 0


@pytest.mark.parametrize("item", [PARAGRAPH, MEMORY, BIOGRAPHY], ids=lambda item: item.file)
@pytest.mark.parametrize("stands", [True, False])
def test_each_decision_changes_the_character_as_it_says(tmp_path: Path, item: ReviewItem, stands: bool) -> None:
    out = write_queue(tmp_path, PARAGRAPH)
    now = text_of(out, item)
    text, before = (now, "It was so.") if stands else ("It is so.", now)
    item = replace(item, text=text, before=before, in_character=stands)
    decisions = Decisions(out, ADA)
    decisions.save(item, "accept")
    assert text_of(out, item) == item.text
    decisions.save(item, "edit", "It was\r\nso, she says. ")
    assert text_of(out, item) == "It was\nso, she says."
    decisions.save(item, "reject", reason="too short")
    assert text_of(out, item) == item.before
    decisions.save(item, "edit", f" {item.text}")
    assert text_of(out, item) == item.text and [d.decision for d in decisions.newest().values()] == ["accept"]
    Library(out).check(ADA)


def test_only_the_texts_of_the_row_change(tmp_path: Path) -> None:
    out = write_queue(tmp_path)
    path = out / "characters" / ADA / "profile.jsonl"
    dated = json.loads(path.read_text()) | {"biography_dated": [{"year": 1980, "text": BIOGRAPHY.text}]}
    path.write_text(json.dumps(dated) + "\n")
    Decisions(out, ADA).save(BIOGRAPHY, "edit", "She was born in 1980.")
    assert json.loads(path.read_text()) == dated | {"biography": "She was born in 1980.", "biography_dated": []}


def test_a_rejected_text_with_nothing_before_it_stays_open_and_its_reason_is_told(
    tmp_path: Path, answer, capsys: pytest.CaptureFixture[str]
) -> None:
    out = write_queue(tmp_path, MEMORY)
    answer("r", "say what she thought")
    assert review(out) == 1
    assert "with your reason in the prompt: python tools/build_memories.py ada-berg --out" in capsys.readouterr().out
    assert text_of(out, MEMORY) == MEMORY.text
    assert Decisions(out, ADA).rejections(MEMORY.what) == ["say what she thought"]
    assert review(out, "--list") == 1
    assert ": say what she thought; it says nothing of the bakery" in capsys.readouterr().out
    # The tool writes another text in its place, which is open anew, and then one without findings.
    replace_items(out, ADA, MEMORY.tool, [replace(MEMORY, text="I thought of bread.")])
    assert [item.text for item in open_items(out, ADA)] == ["I thought of bread."]
    replace_items(out, ADA, MEMORY.tool, [])
    assert review(out) == 0


def test_a_changed_paragraph_tells_that_its_memory_must_be_rebuilt(
    tmp_path: Path, answer, capsys: pytest.CaptureFixture[str]
) -> None:
    out = write_queue(tmp_path, PARAGRAPH, QUESTION)
    answer("e", "a", "a", edited="The boat was blue.")
    assert review(out) == 0
    said = capsys.readouterr().out
    assert text_of(out, PARAGRAPH) == "The boat was blue."
    assert f"memory must be rebuilt: python tools/build_memories.py {ADA} --out {out}" in said
    assert f"the next run takes it into the character: python tools/generate_questions.py {ADA} --out {out}" in said
    found = Decisions(out, ADA).find(QUESTION.key)
    assert found and (found.decision, found.text, found.by) == ("accept", QUESTION.text, "someone at the terminal")


def test_decisions_hold_when_the_tool_writes_queue_and_text_again(tmp_path: Path) -> None:
    out = write_queue(tmp_path, PARAGRAPH, MEMORY)
    decisions = Decisions(out, ADA)
    decisions.save(MEMORY, "edit", "I thought of the bread.")
    write_queue(out, PARAGRAPH, replace(MEMORY, findings=("it is short",)))
    assert text_of(out, MEMORY) == MEMORY.text
    assert [item.what for item in open_items(out, ADA)] == [PARAGRAPH.what]
    decisions.apply()
    assert text_of(out, MEMORY) == "I thought of the bread."


def test_a_kill_before_the_character_is_changed_loses_nothing(tmp_path: Path, answer, monkeypatch: pytest.MonkeyPatch) -> None:
    out, move = write_queue(tmp_path, PARAGRAPH), os.replace

    def killed(source: str, target: Path) -> None:
        if Path(target).name == "story.jsonl":
            raise SystemExit("killed")
        move(source, target)

    answer("e", "a", edited="The boat was blue.")
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(SystemExit):
            review(out)
    assert text_of(out, PARAGRAPH) == STOOD
    assert review(out) == 0
    assert text_of(out, PARAGRAPH) == "The boat was blue."


def test_what_changed_since_it_was_shown_is_not_overwritten(tmp_path: Path) -> None:
    out = write_queue(tmp_path, PARAGRAPH)
    decisions, elsewhere = Decisions(out, ADA), replace(PARAGRAPH, before="Another text.")
    for item, kind, text, said in (
        (elsewhere, "accept", "", "its text is not there or has changed since; run tools/generate_life_story.py again"),
        (replace(PARAGRAPH, row="ada-berg-s099"), "accept", "", "its text is not there"),
        (replace(PARAGRAPH, field="year", before="1984"), "edit", "soon", "its year is not there or has changed"),
        (PARAGRAPH, "edit", " \r\n", "the text is empty; write one, or reject the text"),
        (replace(QUESTION, text=""), "accept", "", "the text is empty; write one, or reject the text"),
    ):
        with pytest.raises(UserError, match=f"nothing was saved: .*{said}"):
            decisions.save(item, kind, text)  # type: ignore[arg-type]
    assert decisions.newest() == {} and text_of(out, PARAGRAPH) == STOOD
    first = decisions.save(PARAGRAPH, "accept", by="Ines", seen="")
    with pytest.raises(UserError, match="accepted at .* UTC by Ines in the meantime; decide again to replace it"):
        decisions.save(PARAGRAPH, "reject", by="Otto", seen="")
    assert text_of(out, PARAGRAPH) == LONGER
    decisions.save(PARAGRAPH, "reject", by="Otto", seen=first.at)
    assert text_of(out, PARAGRAPH) == STOOD


def test_a_text_that_cannot_be_put_in_is_told_and_the_review_goes_on(
    tmp_path: Path, answer, capsys: pytest.CaptureFixture[str]
) -> None:
    out = write_queue(tmp_path, replace(PARAGRAPH, row="ada-berg-s099"), QUESTION)
    answer("a", "r", "too easy")
    assert review(out) == 1
    assert "error: nothing was saved: story.jsonl, ada-berg-s099: its text is not there" in capsys.readouterr().out
    assert [item.row for item in open_items(out, ADA)] == ["ada-berg-s099"]


def test_without_open_texts_or_with_an_unknown_character_a_sentence_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = write_queue(tmp_path)
    assert review(out) == 0 and f"{ADA} has no text to review" in capsys.readouterr().out
    assert main(["ada-borg", "--out", str(out)]) == 2
    assert "unknown character 'ada-borg': did you mean 'ada-berg'?" in capsys.readouterr().err
    (out / "making" / ADA).mkdir(parents=True)
    (out / "making" / ADA / "for-review.jsonl").write_text('{"tool": "build_memories", "chunk": 1}\n')
    assert review(out) == 2 and "for-review.jsonl, line 1: " in capsys.readouterr().err


def test_a_tool_replaces_its_own_texts_alone(tmp_path: Path) -> None:
    out = write_queue(tmp_path, *ALL)
    replace_items(out, ADA, MEMORY.tool, [])
    assert set(read_items(out, ADA)) == {*ALL} - {MEMORY} and read_items(out, ADA, QUESTION.tool) == [QUESTION]
