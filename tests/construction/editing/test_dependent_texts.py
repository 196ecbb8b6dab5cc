"""Texts that depend on a change by meaning are found, rewritten as a person decides, or listed where nobody can judge."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.editing import EditHistory, EditResult, apply_edit, parse_request
from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.ledger import LedgerFact, read_ledger, write_ledger
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.review.terminal_review import Decision, Reviewer
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.types import Generation, Message
from human_simulacra.validation.date_checks import check_dates
from human_simulacra.validation.located_rows import read_characters
from tests.conftest import ScriptedBackbone
from tests.construction.editing.scripted_edits import BUS, author, numbered_texts, write_working_ida
from tests.construction.invented_characters import IDA

BAKER = parse_request(["occupation=baker"], [], None, None)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_working_ida(tmp_path / "mine")


def edit(
    out: Path, review: Reviewer | None = None, request: Any = BAKER, script: Callable[..., Any] = author, **options: Any
) -> tuple[EditResult, ScriptedBackbone]:
    backbone = ScriptedBackbone(script)
    writer = Writer(backbone, judge=TextJudge(backbone))
    return asyncio.run(apply_edit(lambda: writer, out, IDA, request, review=review, **options)), backbone


def accept(draft_text: str, before: str, *, notes: Sequence[str]) -> Decision:
    return Decision("accept", draft_text)


def queue(out: Path) -> dict[str, dict[str, Any]]:
    path = out / "making" / IDA / "for-review.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
    return {row["what"]: row for row in rows}


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def paragraph(out: Path) -> str:
    return next(p.text for p in Library(out).story(IDA) if p.id == BUS)


def test_texts_that_depend_by_meaning_are_rewritten_in_the_same_change_and_undone(out: Path) -> None:
    before, old = files(out), Library(out).memories(IDA)
    edited, _ = edit(out, accept)
    new = Library(out)
    assert sorted(p.name for p in edited.rewritten) == [
        f"biography {IDA}", f"memory {IDA}-m006", f"paragraph {BUS}", f"question {IDA}-cloze-06",
    ]  # fmt: skip
    assert edited.listed == () and queue(out) == {}
    assert "She finished high school and became a baker." in new.character(IDA).biography
    assert [s.text for s in new.character(IDA).biography_dated][1] == "She finished high school and became a baker."
    assert check_dates(read_characters(new)[0]).problems == []
    assert paragraph(out).endswith("She knew every loaf of the morning by heart.")
    assert new.memories(IDA)[5].content == "I was at the oven at half past four."
    assert new.memories(IDA)[3].content != old[3].content  # built anew from the changed paragraph
    assert [m.content for m in new.memories(IDA)[:3]] == [m.content for m in old[:3]]
    assert "the dough machine" in new.questions(IDA, "cloze")[5].question
    EditHistory(out, IDA).undo()
    assert files(out) == before


def test_a_rewritten_memory_survives_the_next_run_of_the_memory_tool(out: Path) -> None:
    _, backbone = edit(out, accept)
    memories, calls = Library(out).memories(IDA), len(backbone.calls)
    asyncio.run(build_memories(Writer(backbone), out, IDA))
    assert Library(out).memories(IDA) == memories and len(backbone.calls) == calls


def test_a_person_can_edit_and_reject(out: Path) -> None:
    def decide(draft_text: str, before: str, *, notes: Sequence[str]) -> Decision:
        if "line 12" in before:
            assert any("every stop of line 12 by heart" in note for note in notes)
            return Decision("edit", "In 1998 Ida bought nothing\nat all.")
        return Decision("reject", before, "not like her")

    edited, _ = edit(out, decide)
    assert paragraph(out) == "In 1998 Ida bought nothing at all."
    assert "became a bus driver" in Library(out).character(IDA).biography
    row = queue(out)[f"biography {IDA}"]
    assert row["in_character"] and row["findings"][-1] == "its rewriting was rejected: not like her"
    assert [p.name for p in edited.rewritten] == [f"paragraph {BUS}"]


def test_without_a_reviewer_nothing_is_rewritten_and_proposals_wait_in_the_queue(out: Path) -> None:
    before = paragraph(out)
    edit(out)
    assert paragraph(out) == before
    row = queue(out)[f"paragraph {BUS}"]
    assert (row["tool"], row["file"], row["row"], row["field"]) == ("edit_character", "story.jsonl", BUS, "text")
    assert row["before"] == before and row["text"].endswith("every loaf of the morning by heart.") and not row["in_character"]
    assert row["findings"] == ["it presupposes it: every stop of line 12 by heart"]
    assert set(queue(out)) == {f"paragraph {BUS}", f"biography {IDA}", f"memory {IDA}-m006", f"question {IDA}-cloze-06"}


def test_a_proposal_that_the_judge_rejects_is_never_offered(out: Path) -> None:
    def strict(messages: Sequence[Message], generation: Generation) -> Any:
        return author(messages, generation, lambda text: "consistent" if "loaf" in text else "")

    edited, _ = edit(out, accept, script=strict)
    assert "loaf" not in paragraph(out)
    assert "no rewriting was accepted: it contradicts what is true of this life" in queue(out)[f"paragraph {BUS}"]["findings"][-1]
    assert f"memory {IDA}-m006" in [p.name for p in edited.rewritten]


@pytest.mark.parametrize(
    ("sentences", "why"),
    [
        (
            [{"old": "She was a pilot.", "new": "She was a cook."}],
            "'She was a pilot.' is not a sentence of the text, word for word",
        ),
        ([{"old": "every stop of line 12", "new": "She knew every loaf."}], "is not a sentence of the text"),
        ([{"old": "She knew every stop of line 12 by heart.", "new": " "}], "without a new sentence"),
        ([{"old": "She knew every stop of line 12 by heart.", "new": "In 2031 Ida baked."}], "it tells of 2031"),
        ([], "its JSON did not have the form asked for"),
    ],
)
def test_a_rewriting_is_checked_by_arithmetic(out: Path, sentences: list[dict[str, str]], why: str) -> None:
    def careless(messages: Sequence[Message], generation: Generation) -> Any:
        reply = author(messages, generation)
        return json.dumps({"sentences": sentences}) if "line 12" in reply and reply.startswith('{"sentences"') else reply

    edit(out, accept, script=careless)
    assert "line 12" in paragraph(out)
    assert why in queue(out)[f"paragraph {BUS}"]["findings"][-1]


@pytest.mark.parametrize("judge", ["none", "fails its check"])
def test_where_nobody_can_judge_everything_near_is_listed(out: Path, judge: str) -> None:
    backbone = ScriptedBackbone(lambda messages, generation: "a tiny model's words")
    writer = Writer(backbone, judge=None if judge == "none" else TextJudge(backbone))
    edited = asyncio.run(apply_edit(lambda: writer, out, IDA, BAKER, review=accept))
    assert edited.rewritten == () and len(backbone.calls) == (judge != "none")
    names = {p.name: p.why for p in edited.listed}
    assert "no model could judge" in names[f"paragraph {BUS}"][0]
    assert f"biography {IDA}" in names and f"memory {IDA}-m006" in names
    assert queue(out).keys() == names.keys()


def test_a_reply_without_the_form_leaves_its_texts_listed(out: Path) -> None:
    def mute(messages: Sequence[Message], generation: Generation) -> Any:
        reply = author(messages, generation)
        return '{"texts": []}' if reply.startswith('{"texts"') else reply

    edited, _ = edit(out, accept, script=mute)
    assert edited.rewritten == () and f"paragraph {BUS}" in {p.name for p in edited.listed}


def test_a_long_life_is_read_by_nearness_and_by_the_facts_of_its_ledger(out: Path) -> None:
    folder = out / "characters" / IDA
    rows = [json.loads(line) for line in (folder / "story.jsonl").read_text().splitlines()]
    others = [
        {**rows[0], "id": f"{IDA}-s{i:03d}", "index": i, "text": f"A heron stood by the pond on day {i}."} for i in range(13, 320)
    ]
    others[40]["text"] = "There was that morning again, the one with the fog."
    (folder / "story.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*rows, *others]))
    write_ledger(out, IDA, [LedgerFact("Ida", "works as a bus driver for the city", 2001, others[40]["id"])])
    _, backbone = edit(out)
    asked = [text for messages, _ in backbone.calls if "each after its number" in messages[-1].content
             for text in numbered_texts(messages[-1].content)]  # fmt: skip
    assert any("the one with the fog" in text for text in asked) and any("became a bus driver" in text for text in asked)
    assert len(asked) < 220 and max(int(text.split(".")[0]) for text in asked) <= 20


def test_nothing_is_started_where_nothing_can_depend(tmp_path: Path) -> None:
    out = write_working_ida(tmp_path / "bare")
    for path in (out / "characters" / IDA).glob("*.jsonl"):
        if path.name not in ("profile.jsonl",):
            path.unlink()
    profile = out / "characters" / IDA / "profile.jsonl"
    profile.write_text(json.dumps({**json.loads(profile.read_text()), "biography": "", "biography_dated": []}) + "\n")

    def never() -> Writer:
        raise AssertionError("a model was started")

    asyncio.run(apply_edit(never, out, IDA, BAKER))
    with pytest.raises(UserError, match="nothing changes"):
        asyncio.run(apply_edit(never, out, IDA, BAKER))


def test_a_new_birth_makes_stated_ages_wrong_without_a_model(out: Path) -> None:
    path = out / "characters" / IDA / "story.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0] |= {"year": 2010, "end_year": 2010, "age": 30}
    rows[2] |= {"first_year": 1998, "last_year": 1999, "text": "When the lake froze, Ida turned nineteen."}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    backbone = ScriptedBackbone("a tiny model's words")
    request = parse_request(["date_of_birth=1990-12-24"], [], None, None)
    edited = asyncio.run(apply_edit(lambda: Writer(backbone), out, IDA, request))
    why = next(p.why for p in edited.listed if p.name == f"paragraph {IDA}-s003")
    assert Library(out).story(IDA)[0].age == 20
    assert why[0] == "it says 'Ida turned nineteen', but from 1998 to 1999 Ida is 8 to 9"


def test_paragraphs_that_a_new_birth_comes_after_are_listed_and_not_rewritten(out: Path) -> None:
    path = out / "characters" / IDA / "story.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row, year in zip(rows, (1981, 1989, 1990), strict=False):
        row |= {"year": year, "end_year": year, "age": year - 1980, "text": f"A lamp was lit in Vik in {year}."}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    edited, backbone = edit(out, accept, parse_request(["date_of_birth=1990-12-24"], [], None, None))
    why = {p.name: p.why for p in edited.listed}
    assert why[f"paragraph {IDA}-s001"] == ("it ends in 1981, before the birth in 1990",)
    assert why[f"paragraph {IDA}-s002"] == ("it ends in 1989, before the birth in 1990",)
    assert f"paragraph {IDA}-s003" not in why
    assert not [m for m, _ in backbone.calls if "Rewrite the sentences" in m[-1].content and "lit in Vik" in m[-1].content]
    problems = check_dates(read_characters(Library(out))[0]).problems
    assert [p.partition("line ")[2] for p in problems if "birth" in p] == [
        "1: it ends in 1981, before the birth in 1990", "2: it ends in 1989, before the birth in 1990",
    ]  # fmt: skip


def test_a_killed_change_asks_for_no_decision_twice_and_can_be_taken_back(out: Path) -> None:
    class Killed(BaseException):
        pass

    asked: list[str] = []

    def dies(draft_text: str, before: str, *, notes: Sequence[str]) -> Decision:
        if len(asked) == 2:
            raise Killed
        asked.append(before)
        return Decision("accept", draft_text)

    before = files(out)
    with pytest.raises(Killed):
        edit(out, dies)
    with pytest.raises(UserError, match="was interrupted: do it again with --resume, or take it back with --undo"):
        edit(out, accept)
    with pytest.raises(UserError, match=r"another change was interrupted \(set occupation=baker\)"):
        edit(out, accept, request=parse_request(["age=46"], [], None, None), resume=True)

    def go_on(draft_text: str, before: str, *, notes: Sequence[str]) -> Decision:
        asked.append(before)
        return Decision("accept", draft_text)

    edited, _ = edit(out, go_on, request=None, resume=True)
    assert len(asked) == len(set(asked)) == len(edited.rewritten) == 4
    EditHistory(out, IDA).undo()
    assert files(out) == before
    with pytest.raises(UserError, match="there is nothing to resume"):
        edit(out, accept, request=None, resume=True)


def test_a_damaged_file_is_named_and_nothing_is_changed(out: Path) -> None:
    (out / "characters" / IDA / "growth.jsonl").write_text('{"id": "x"}\n')
    before = files(out)
    with pytest.raises(UserError, match=r"growth\.jsonl, line 1"):
        edit(out)
    assert files(out) == before


def test_stopping_leaves_the_change_to_be_resumed(out: Path) -> None:
    before = files(out)
    with pytest.raises(KeyboardInterrupt):
        edit(out, lambda draft_text, before, *, notes: Decision("stop", before))
    EditHistory(out, IDA).undo()
    assert files(out) == before


def test_an_experience_enters_the_ledger_and_what_it_answers_is_listed(out: Path) -> None:
    write_ledger(out, IDA, [LedgerFact("Ida", "bought a lamp", 1991, f"{IDA}-s001")])
    request = parse_request([], [], "In 1999 Ida painted the door green. Ida had a doctorate.", None)

    def script(messages: Sequence[Message], generation: Generation) -> Any:
        return author(messages, generation, answered="front door")

    edited, _ = edit(out, accept, request, script)
    assert {fact.source: fact.what for fact in read_ledger(Library(out), IDA)} == {
        f"{IDA}-s001": "bought a lamp", f"{IDA}-s013": "Ida had a doctorate.",
    }  # fmt: skip
    found = {p.name: p.why for p in edited.listed}
    assert found[f"question {IDA}-open-1"] == ("it is answered by it",)
    assert len(Library(out).memories(IDA)) == 7


def test_a_dry_run_records_every_prompt_and_rewrites_nothing(out: Path, tmp_path: Path) -> None:
    copy, writer = Path(shutil.copytree(out, tmp_path / "copy")), DryRun()
    asyncio.run(apply_edit(lambda: writer, copy, IDA, BAKER))
    systems = [messages[0].content[:30] for messages, _ in writer.requests]
    assert any(s.startswith("You compare") for s in systems) and any(s.startswith("You are the author") for s in systems)
    assert Library(copy).story(IDA) == Library(out).story(IDA)
    assert "calls" in str(writer.estimate())
