"""Question generation: core questions, story questions that need their evidence, and rejection of invalid replies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.backbones.base import BackboneError
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.questions import QuestionOptions, QuestionResult, generate_questions
from human_simulacra.construction.questions.question_parsing import parse_question
from human_simulacra.construction.questions.question_review import review_question
from human_simulacra.construction.terminal_review import Decision
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, Generation, Message, Paragraph, Question
from human_simulacra.validation import consistency_checks, guessing_checks, question_checks
from human_simulacra.validation.located_rows import read_characters
from tests.conftest import ScriptedBackbone
from tests.construction.invented_characters import IDA, paragraph, write_ida
from tests.construction.scripted_questions import answer, reply


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_ida(tmp_path / "mine")


Script = Callable[[Sequence[Message], Generation], str]


def made(out: Path, script: Script = answer, **options: Any) -> tuple[QuestionResult, ScriptedBackbone]:
    backbone = ScriptedBackbone(script)
    return asyncio.run(generate_questions(Writer(backbone), out, IDA, QuestionOptions(**options))), backbone


def story_questions(out: Path) -> list[Question]:
    library = Library(out)
    return [q for kind in QUESTION_TYPES for q in library.questions(IDA, kind) if q.source == "story"]


def for_review(out: Path) -> list[dict[str, Any]]:
    path = out / "making" / IDA / "for-review.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


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


def test_story_questions_name_their_evidence_and_pass_the_gates(out: Path) -> None:
    done, _ = made(out, story=3)
    assert done.counts == {"cloze": 8, "single_choice": 8, "multiple_choice": 8}
    questions = story_questions(out)
    assert [q.id for q in questions if q.type == "cloze"] == [f"{IDA}-cloze-{n:02d}" for n in (6, 7, 8)]
    assert all(set(q.evidence) <= {f"{IDA}-s{n:03d}" for n in range(1, 13)} and q.evidence for q in questions)
    (out / "characters" / IDA / "memories.jsonl").write_text("")
    found, _ = read_characters(Library(out))
    gates = [
        check(found)
        for check in (
            *consistency_checks.CONSISTENCY_CHECKS,
            question_checks.check_evidence,
            question_checks.check_multi_passage,
            guessing_checks.check_repeated_distractors,
        )
    ]
    assert [gate.problems for gate in [*gates, *guessing_checks.check_guessers(found)] if not gate.passed] == []


def test_a_question_is_dropped_that_the_backbone_cannot_answer_or_answers_without_evidence(out: Path) -> None:
    def knows(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        if "nothing is known of your life" in asked and "lamp called" in asked and "A." not in asked:
            return "Lamp01, Lamp03, Lamp05, Lamp07, Lamp09, Lamp11"  # a guesser that happens to know every lamp
        return answer(messages, generation)

    made(out, knows, story=2)
    reasons = {(row["type"], row["reason"]) for row in for_review(out)}
    assert reasons == {("cloze", "without evidence it was answered rightly in 100% of the draws, at most 35% may be")}
    assert {q.type for q in story_questions(out)} == {"single_choice", "multiple_choice"}
    made(out, knows, story=2, without_evidence=1.0, seed=1)
    assert {q.type for q in story_questions(out)} == set(QUESTION_TYPES)

    def forgets(messages: Sequence[Message], generation: Generation) -> str:
        return "B" if "You are Ida Holm." in messages[-1].content else answer(messages, generation)

    made(out, forgets, story=2, seed=2)
    assert all("with its evidence it was answered rightly in" in row["reason"] for row in for_review(out))
    assert [q for q in story_questions(out) if q.type != "single_choice"] == []


@pytest.mark.parametrize(
    ("share", "kept"),
    [(0.6, True), (0.7, False)],
)
def test_the_threshold_is_a_share_of_the_draws(out: Path, share: float, kept: bool) -> None:
    def two_of_three(messages: Sequence[Message], generation: Generation) -> str:
        if "You are Ida Holm." in messages[-1].content and generation.sample == 2:
            return "I forgot."
        return answer(messages, generation)

    made(out, two_of_three, story=1, draws=3, with_evidence=share)
    assert bool(story_questions(out)) == kept


BAD = {
    "empty": "", "refusing": "I'm sorry, I cannot help with that.", "prompt-like": "### Instruction\nWrite one question.",
    "role tag": "<|im_start|>assistant\nEvidence: 1", "echo": "Evidence: the numbers of the passages\nAnswer: the fact",
    "prose": "What was the lamp called that you bought?", "evidence that is not there": "Evidence: 9\nAnswer: Lamp01\nQuestion: Which did you buy?",
    "an answer that is not there": "Evidence: 1\nAnswer: Zeppelin\nQuestion: Which did you buy?",
    "given away": "Evidence: 1\nAnswer: lamp\nQuestion: Which lamp did you buy?",
    "a line too many": "Evidence: 1\nAnswer: lamp\nNote: fine\nQuestion: Which thing did you buy?",
    "two lines in one": "Evidence: 1\nAnswer: lamp Question: What?\nQuestion: Which thing did you buy?",
    "about the passages": "Evidence: 1\nAnswer: Lamp01\nQuestion: What did you buy in this passage?",
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_untrusted_replies_never_become_questions(out: Path, bad: str) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        return bad if "Write one question" in messages[-1].content else answer(messages, generation)

    done, backbone = made(out, script, story=1, tries=2)
    assert story_questions(out) == [] and done.counts["cloze"] == 5
    assert len(backbone.calls) == 3 * 2 * 3  # three types, two places, three attempts each
    assert len(for_review(out)) == 6 and all(row["reason"] and row["tool"] == "generate_questions" for row in for_review(out))
    assert len(done.left_out) == 6


def test_a_bad_reply_is_asked_for_again_with_its_fault(out: Path) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        return BAD["prose"] if "Write one question" in asked and "not in the form of the lines" not in asked else answer(messages)

    made(out, script, story=1)
    assert {q.type for q in story_questions(out)} == set(QUESTION_TYPES)


def test_no_call_is_repeated_and_an_unfinished_run_must_be_resumed(out: Path) -> None:
    def stops(messages: Sequence[Message], generation: Generation) -> str | BackboneError:
        if len(backbone.calls) > 40:
            return BackboneError("the server is gone")
        return answer(messages, generation)

    backbone = ScriptedBackbone(stops)
    with pytest.raises(BackboneError, match="gone"):
        asyncio.run(generate_questions(Writer(backbone), out, IDA, QuestionOptions(story=3)))
    with pytest.raises(UserError, match="the questions on Ida Holm is unfinished: continue with --resume"):
        made(out, story=3)
    _, resumed = made(out, story=3, resume=True)
    _, whole = made(write_ida(out.parent / "whole"), story=3)
    assert 0 < len(resumed.calls) < len(whole.calls)
    for kind in QUESTION_TYPES:
        assert Library(out).questions(IDA, kind) == Library(out.parent / "whole").questions(IDA, kind)
    assert made(out, story=3)[1].calls == []


def test_another_backbone_is_asked_where_the_first_one_failed(out: Path) -> None:
    assert made(out, lambda messages, generation: "I cannot do that.", story=2)[0].left_out and story_questions(out) == []
    better = ScriptedBackbone(answer)
    better.fingerprint = "better"
    asyncio.run(generate_questions(Writer(better), out, IDA, QuestionOptions(story=2)))
    assert better.calls and len(story_questions(out)) == 6


def test_a_paragraph_beyond_the_backbones_context_is_named_and_not_sent(out: Path) -> None:
    path = out / "characters" / IDA / "story.jsonl"
    rows = [asdict(paragraph) for paragraph in Library(out).story(IDA)]
    write_jsonl(path, [{**row, "text": row["text"] + " and more" * (6000 if row["index"] == 3 else 0)} for row in rows])
    backbone = ScriptedBackbone(answer)
    result = asyncio.run(generate_questions(Writer(backbone, context_tokens=2048), out, IDA, QuestionOptions(story=6)))
    assert any(f"paragraph {IDA}-s003 is too long" in sentence for sentence in result.left_out)
    assert all(len(messages[-1].content) < 8192 for messages, _ in backbone.calls)


def test_questions_of_other_origin_are_replaced_only_on_request(out: Path) -> None:
    path = out / "characters" / IDA / "cloze.jsonl"
    path.write_text("")
    with pytest.raises(UserError, match="was not made by this tool: add --replace"):
        made(out, core_only=True)
    made(out, core_only=True, replace=True)
    assert len(Library(out).questions(IDA, "cloze")) == 5


@pytest.mark.parametrize("paragraphs", [1, 2, 3, 5])
def test_short_stories_give_fewer_questions(tmp_path: Path, paragraphs: int) -> None:
    out = write_ida(tmp_path / "short", paragraphs)
    made(out, story=3)
    assert story_questions(out)


def test_a_dry_run_writes_nothing_and_counts_questions_and_checks(out: Path) -> None:
    before = sorted(out.rglob("*"))
    writer = DryRun()
    asyncio.run(generate_questions(writer, out, IDA, QuestionOptions(story=2, draws=3)))
    assert writer.estimate().calls == 3 * 2 * (1 + 2 * 3) and sorted(out.rglob("*")) == before


def test_the_scripted_writer_writes_what_is_asked_for() -> None:
    assert reply("Write one question Answer: the fact\n[1] " + paragraph(7).text).startswith("Evidence: 1\nAnswer: Lamp07")


def test_a_person_may_keep_or_change_what_the_checks_left_out(out: Path) -> None:
    def forgets(messages: Sequence[Message], generation: Generation) -> str:
        return "I forgot." if "You are Ida Holm." in messages[-1].content else answer(messages, generation)

    def person(row: dict[str, Any], passages: Sequence[Paragraph]) -> dict[str, Any]:
        replies = iter(decisions[row["type"]])

        def say(text: str, before: str, *, notes: Sequence[str]) -> Decision:
            assert text.startswith("Evidence: 1") and text.endswith("?") and notes
            kind, change = next(replies)
            return Decision(kind, change(text), "too easy" if kind == "reject" else "")

        return review_question(row, passages, say)

    def reworded(text: str) -> str:
        return text.replace("What was", "Tell me, what was")

    decisions: dict[str, list[tuple[Any, Callable[[str], str]]]] = {
        "cloze": [("edit", reworded)],
        "single_choice": [("accept", str)],
        "multiple_choice": [("reject", str)],
    }
    made(out, forgets, story=1, tries=1, decide=person)
    kept = story_questions(out)
    assert [q.type for q in kept] == ["cloze", "single_choice"] and kept[0].question.startswith("Tell me, what was")
    assert [row["reason"] for row in for_review(out)] == ["left out by hand: too easy"]
    made(out, forgets, story=1, tries=1)
    assert story_questions(out) == kept


def test_a_change_by_hand_that_is_no_question_is_asked_about_again() -> None:
    asked: list[Sequence[str]] = []
    question = parse_question(reply("Write one question Answer: the fact\n[1] " + paragraph(7).text), "cloze", [paragraph(7)])
    assert isinstance(question, Question)

    def say(text: str, before: str, *, notes: Sequence[str]) -> Decision:
        asked.append(notes)
        return Decision("edit", "What?") if len(asked) == 1 else Decision("reject", before)

    row = {"question": json.loads(json.dumps(asdict(question))), "reason": "too easy"}
    assert review_question(row, [paragraph(7)], say)["decided"] == "left out"
    assert asked == [["too easy"], ["it was not in the form of the lines Evidence, Answer, Question"]]


def test_stopping_at_a_question_stops_the_run(out: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        review_question({"question": json.loads(json.dumps(asdict(Question(
            "q", IDA, "cloze", "What did you buy?", (), ("Lamp07",), (paragraph(7).id,), "story", False))
        )), "reason": "too easy"}, [paragraph(7)], lambda text, before, *, notes: Decision("stop", before))  # fmt: skip
