"""Question generation: core questions, items on the story that only the life answers, and what is left out."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.questions import QuestionOptions, generate_questions
from human_simulacra.construction.review.review_queue import Decisions, open_items, read_items
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, Generation, Message
from human_simulacra.validation import consistency_checks, guessing_checks, question_checks, question_kinds_checks
from human_simulacra.validation.located_rows import read_characters
from tests.conftest import ScriptedBackbone
from tests.construction.invented_characters import IDA, write_ida
from tests.construction.questions.generated_questions import QUESTIONS_ONLY, for_review, made, story_questions
from tests.construction.scripted_questions import OPEN_BOOK, answer, is_writing


def test_core_only_needs_no_writer_and_passes_the_validator(out: Path) -> None:
    done = asyncio.run(generate_questions(None, out, IDA, QuestionOptions(core_only=True)))
    assert done.counts == {"cloze": 5, "single_choice": 5, "multiple_choice": 5}
    (out / "characters" / IDA / "memories.jsonl").write_text("")
    found, problems = read_characters(Library(out))
    assert problems == [] and len(found) == 1
    gates = [
        check(found)
        for check in (
            *consistency_checks.CONSISTENCY_CHECKS,
            question_checks.check_evidence,
            guessing_checks.check_repeated_distractors,
        )
    ]
    assert [gate.problems for gate in [*gates, *guessing_checks.check_guessers(found)] if not gate.passed] == []
    assert {u.row.kind for u in found[0].unanswerable} == {"beyond_knowledge"} and len(found[0].open_detail) == 6


def test_a_profile_with_too_few_hobbies_is_refused(out: Path) -> None:
    path = out / "characters" / IDA / "profile.jsonl"
    path.write_text(json.dumps({**json.loads(path.read_text()), "hobbies": ["rowing"]}) + "\n")
    with pytest.raises(UserError, match=r"Ida Holm has too few hobbies for a core question \(1 of 3\): add some with"):
        made(out, core_only=True)


def test_a_profile_without_traits_is_refused_with_the_file_and_what_to_write(out: Path) -> None:
    path = out / "characters" / IDA / "profile.jsonl"
    whole = json.loads(path.read_text())
    for bare, rank in (({"traits": []}, "1"), ({"functions": []}, "1"), ({"traits": whole["traits"][:1]}, "2 or 3|8")):
        path.write_text(json.dumps({**whole, **bare}) + "\n")
        wanted = rf"^characters/{IDA}/profile.jsonl: .* 'functions', .* 'traits', each with function, rank \(here ({rank})\) and"
        with pytest.raises(UserError, match=wanted):
            made(out, core_only=True)


def test_items_on_the_story_pass_the_gates_of_the_dataset(out: Path) -> None:
    done, _ = made(out, story=5)
    assert done.counts == {"cloze": 10, "single_choice": 10, "multiple_choice": 10, "decisions": 3, "false_premises": 4}
    questions = story_questions(out)
    assert [q.id for q in questions if q.type == "cloze"] == [f"{IDA}-cloze-{n:02d}" for n in range(6, 11)]
    assert all(q.life and (q.blind_readers, q.open_book, q.open_book_readers) == (5, 1.0, 3) and q.evidence for q in questions)
    assert sorted(len(q.answer) for q in questions if q.type == "multiple_choice") == [1, 2, 3, 4, 5]
    (out / "characters" / IDA / "memories.jsonl").write_text("")
    found, _ = read_characters(Library(out))
    gates = [
        check(found)
        for check in (
            *consistency_checks.CONSISTENCY_CHECKS,
            *question_checks.QUESTION_CHECKS,
            *question_kinds_checks.QUESTION_KINDS_CHECKS,
            guessing_checks.check_repeated_distractors,
        )
    ]
    assert [gate.problems for gate in [*gates, *guessing_checks.check_guessers(found)] if not gate.passed] == []


def test_decisions_and_false_premises_are_items_of_the_dataset(out: Path) -> None:
    done, backbone = made(out, story=0, decisions=2, false_premises=3)
    decisions, unanswerable = Library(out).decisions(IDA), Library(out).unanswerable(IDA)
    assert done.counts["decisions"] == 2 and len(decisions) == 2
    for decision in decisions:
        assert (
            "coat" in decision.options[decision.answer]
            and decision.why == "It was cold."
            and decision.moment in decision.evidence
        )
        assert (decision.blind, decision.blind_readers, decision.informed, decision.informed_readers) == (0.0, 5, 1.0, 3)
    assert Counter(row.kind for row in unanswerable) == {"beyond_knowledge": 3, "false_premise": 3}
    assert [row.id for row in unanswerable] == [f"{IDA}-unanswerable-{n:02d}" for n in range(1, 7)]
    assert all(row.evidence and row.why for row in unanswerable if row.kind == "false_premise")
    before = {d.situation: d.moment for d in decisions}
    for messages, _ in backbone.calls:
        if OPEN_BOOK in messages[-1].content:
            shop, life = messages[-1].content.split("stand in shop ")[1][:2], messages[-1].content.split("is asked:")[0]
            assert f"Vik{int(shop) - 1:02d}" in life and f"Vik{shop}" not in life and before
    made(out, core_only=True)
    assert Library(out).decisions(IDA) == decisions and Library(out).unanswerable(IDA) == unanswerable


BAD = {
    "empty": "", "refusing": "I'm sorry, I cannot help with that.", "no form": '{"question": "Why did you go?"}',
    "cut off": '{"kind": "event", "question": "What did you', "a list": "[1, 2]", "prose": "What was the lamp called that you bought?",
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_untrusted_replies_never_become_items(out: Path, bad: str) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        return bad if is_writing(messages[-1].content) else answer(messages, generation)

    done, backbone = made(out, script, story=1, tries=2, decisions=1, false_premises=1)
    assert story_questions(out) == [] and done.counts == {"cloze": 5, "single_choice": 5, "multiple_choice": 5}
    assert len(backbone.calls) == 5 * 2 * 3  # five types, two scenes, three attempts each
    assert len(for_review(out)) == 10 == len(done.left_out) and all(row["findings"][0] for row in for_review(out))


def test_a_bad_reply_is_asked_for_again_with_its_fault(out: Path) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        return BAD["no form"] if is_writing(asked) and "Field required" not in asked else answer(messages, generation)

    made(out, script, story=1, **QUESTIONS_ONLY)
    assert {q.type for q in story_questions(out)} == set(QUESTION_TYPES)


def test_no_call_is_repeated_and_an_unfinished_run_must_be_resumed(out: Path, tmp_path: Path) -> None:
    def stops(messages: Sequence[Message], generation: Generation) -> str | BackboneError:
        if len(backbone.calls) > 90:
            return BackboneError("the server is gone")
        return answer(messages, generation)

    cache = CallCache(tmp_path / "calls.sqlite")

    def run(out: Path, backbone: ScriptedBackbone, resume: bool = False) -> int:
        cached = CachedBackbone(backbone, cache)
        asyncio.run(
            generate_questions(Writer(cached, judge=TextJudge(cached)), out, IDA, QuestionOptions(story=5, resume=resume))
        )
        return len(backbone.calls)

    backbone = ScriptedBackbone(stops)
    with pytest.raises(BackboneError, match="gone"):
        run(out, backbone)
    with pytest.raises(UserError, match="the questions on Ida Holm is unfinished: continue with --resume"):
        made(out, story=5)
    resumed = run(out, ScriptedBackbone(answer), resume=True)
    _, whole = made(write_ida(out.parent / "whole", 24), story=5)
    assert 0 < resumed < len(whole.calls)
    for kind in (*QUESTION_TYPES, "decisions", "unanswerable"):
        mine, other = (path / "characters" / IDA / f"{kind}.jsonl" for path in (out, out.parent / "whole"))
        assert mine.read_text() == other.read_text()
    assert run(out, ScriptedBackbone(answer)) == 0


@pytest.mark.parametrize("concurrency", [1, 3])
def test_the_number_of_items_in_progress_changes_no_item(out: Path, concurrency: int) -> None:
    made(out, story=3)
    other = write_ida(out.parent / "other", 24)
    backbone = ScriptedBackbone(answer)
    writer = Writer(backbone, judge=TextJudge(backbone), concurrency=concurrency)
    asyncio.run(generate_questions(writer, other, IDA, QuestionOptions(story=3)))
    assert story_questions(other) == story_questions(out)


def test_a_paragraph_beyond_the_backbones_context_is_named_and_not_sent(out: Path) -> None:
    path = out / "characters" / IDA / "story.jsonl"
    rows = [asdict(paragraph) for paragraph in Library(out).story(IDA)]
    write_jsonl(path, [{**row, "text": row["text"] + " and more" * (6000 if row["index"] == 3 else 0)} for row in rows])
    backbone = ScriptedBackbone(answer)
    result = asyncio.run(generate_questions(Writer(backbone, context_tokens=2048), out, IDA, QuestionOptions(story=6)))
    assert any(f"paragraph {IDA}-s003 is too long" in sentence for sentence in result.left_out)
    assert all(len(messages[-1].content) < 8192 for messages, _ in backbone.calls)


@pytest.mark.parametrize("name", ["cloze", "decisions"])
def test_questions_of_other_origin_are_replaced_only_on_request(out: Path, name: str) -> None:
    path = out / "characters" / IDA / f"{name}.jsonl"
    path.write_text("")
    with pytest.raises(UserError, match=rf"{name}\.jsonl was not made by this tool: add --replace"):
        made(out, core_only=True)
    made(out, core_only=True, replace=True)
    assert len(Library(out).questions(IDA, "cloze")) == 5


@pytest.mark.parametrize("paragraphs", [1, 2, 3, 5])
def test_short_stories_give_fewer_items(tmp_path: Path, paragraphs: int) -> None:
    out = write_ida(tmp_path / "short", paragraphs)
    made(out, story=3)
    assert story_questions(out)


def test_a_dry_run_writes_nothing_and_counts_items_and_their_tests(out: Path) -> None:
    before = sorted(out.rglob("*"))
    writer = DryRun()
    asyncio.run(generate_questions(writer, out, IDA, QuestionOptions(story=2, blind_checks=4, decisions=1, false_premises=2)))
    cloze, choice, tested, premise, admission = 1 + 1, 2 + 2, 4 + 3, 2 + 1, 6  # each text with a verdict
    assert writer.estimate().calls == 2 * (cloze + tested) + (4 + 1) * (choice + tested) + 2 * premise + admission
    assert sorted(out.rglob("*")) == before


def test_a_person_may_keep_or_change_what_the_tests_left_out(out: Path) -> None:
    def forgets(messages: Sequence[Message], generation: Generation) -> str:
        return '{"answer": "no"}' if OPEN_BOOK in messages[-1].content else answer(messages, generation)

    made(out, forgets, story=1, tries=1, decisions=1, false_premises=0)
    decisions = Decisions(out, IDA)
    assert story_questions(out) == []
    for item in read_items(out, IDA):
        if item.what.startswith("cloze"):
            decisions.save(item, "edit", item.text.replace("What was", "Tell me, what was"))
        elif item.what.startswith("multiple_choice"):
            decisions.save(item, "reject", reason="too easy")
        elif item.what.startswith("decisions"):
            decisions.save(item, "edit", item.text.replace("You are young", "Ida is young"))
        else:
            decisions.save(item, "accept")
    for _ in range(2):  # the decisions hold for every further run
        done, _ = made(out, forgets, story=1, tries=1, decisions=1, false_premises=0)
        cloze, single = story_questions(out)
        assert (cloze.type, single.type) == ("cloze", "single_choice") and cloze.question.startswith("Tell me, what was")
        assert cloze.blind_readers == 0 and not cloze.life and single.blind_readers == 5 and not single.life
        assert [(item.what.split()[0], item.findings[0][:38]) for item in read_items(out, IDA)] == [
            ("multiple_choice", "0 of 3 readers of the life answered it"), ("decisions", "as you decided, it cannot be used: the"),
        ]  # fmt: skip
        assert open_items(out, IDA) == [] and len(done.left_out) == 2
