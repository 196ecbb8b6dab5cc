"""Undoing a change also takes back what people decided about its texts in the review queue, or refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from human_simulacra.construction.editing import EditHistory, apply_edit, parse_request
from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.review.review_queue import Decisions, ReviewItem, open_items, read_items, replace_items
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from tests.conftest import ScriptedBackbone
from tests.construction.editing.scripted_edits import BUS, author, write_working_ida
from tests.construction.invented_characters import IDA
from tools.review_character import main

OTHER = ReviewItem(
    "generate_life_story", "paragraph", "story.jsonl", f"{IDA}-s002", "text", "In 1992 Ida slept.", "", ("short",), False
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_working_ida(tmp_path / "mine")


def edit(out: Path, setting: str = "occupation=baker") -> list[ReviewItem]:
    """Changes Ida without a reviewer; returns the texts in the queue."""
    backbone = ScriptedBackbone(author)
    writer = Writer(backbone, judge=TextJudge(backbone))
    asyncio.run(apply_edit(lambda: writer, out, IDA, parse_request([setting], [], None, None)))
    return read_items(out, IDA)


def texts(out: Path) -> dict[str, str]:
    """Returns the texts of all files but the decisions."""
    return {p.name: p.read_text() for p in out.rglob("*.jsonl") if p.name != "decisions.jsonl"}


@pytest.mark.parametrize("kinds", [("accept",), ("edit",), ("accept", "edit", "reject"), ("reject",)])
def test_decisions_about_its_texts_are_taken_back_and_others_stay(out: Path, kinds: tuple[str, ...]) -> None:
    before, decisions = texts(out), Decisions(out, IDA)
    items = edit(out)
    assert {item.file for item in items} >= {"profile.jsonl", "story.jsonl", "memories.jsonl", "cloze.jsonl"}
    for item in items:
        for kind in kinds:
            decisions.save(item, kind, f"{item.text} She sang." if kind == "edit" else "")  # type: ignore[arg-type]
    EditHistory(out, IDA).undo()
    assert texts(out) == before and decisions.newest() == {} and open_items(out, IDA) == []
    decisions.apply()
    assert texts(out) == before


def test_a_decision_about_another_text_stays_and_counts(out: Path) -> None:
    story = Library(out).story(IDA)
    replace_items(out, IDA, OTHER.tool, [OTHER])
    paragraph = next(item for item in edit(out) if item.row == BUS)
    decisions = Decisions(out, IDA)
    decisions.save(paragraph, "accept")
    decisions.save(ReviewItem(**{**vars(OTHER), "before": story[1].text}), "accept")
    EditHistory(out, IDA).undo()
    told = {p.id: p.text for p in Library(out).story(IDA)}
    assert told == {p.id: p.text for p in story} | {OTHER.row: OTHER.text} and len(decisions.newest()) == 1


def test_changes_are_undone_one_after_the_other(out: Path) -> None:
    before = texts(out)
    for setting in ("occupation=baker", "occupation=cook"):
        for item in edit(out, setting):
            if item.row == BUS and Decisions(out, IDA).find(item.key) is None:
                Decisions(out, IDA).save(item, "accept")
    history = EditHistory(out, IDA)
    assert [history.undo(), history.undo()] == ["set occupation=cook", "set occupation=baker"]
    assert texts(out) == before


def rebuild(out: Path) -> None:
    asyncio.run(build_memories(Writer(ScriptedBackbone(author)), out, IDA))


def write(out: Path) -> None:
    path = out / "characters" / IDA / "story.jsonl"
    path.write_text(path.read_text().replace("lamp", "candle"))


@pytest.mark.parametrize(("change", "file"), [(write, "story.jsonl"), (rebuild, "memories.jsonl")])
def test_what_something_else_changed_since_is_named_and_nothing_is_undone(
    out: Path, change: Callable[[Path], None], file: str
) -> None:
    rebuild(out)  # so that it is known what each memory was built from
    Decisions(out, IDA).save(next(item for item in edit(out) if item.row == BUS), "accept")
    change(out)
    there = texts(out)
    with pytest.raises(UserError, match=rf"{file} was changed after 'set occupation=baker'"):
        EditHistory(out, IDA).undo()
    assert texts(out) == there and Library(out).character(IDA).occupation == "baker"


def test_listing_the_open_texts_changes_no_file(out: Path) -> None:
    before = texts(out)["story.jsonl"]
    Decisions(out, IDA).save(next(item for item in edit(out) if item.row == BUS), "accept")
    (out / "characters" / IDA / "story.jsonl").write_text(before)
    assert main([IDA, "--out", str(out), "--list"]) == 1
    assert texts(out)["story.jsonl"] == before
