"""Question generation: core questions, items on the story that only the life answers, and what is left out."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.judging import NOT_JUDGED, TextJudge
from human_simulacra.construction.questions import QuestionOptions, QuestionResult, generate_questions
from human_simulacra.construction.review.review_queue import Decisions, open_items, read_items
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, Generation, Message, Question
from human_simulacra.validation import consistency_checks, guessing_checks, question_checks, question_kinds_checks
from human_simulacra.validation.located_rows import read_characters
from tests.conftest import ScriptedBackbone
from tests.construction.invented_characters import IDA, write_ida
from tests.construction.scripted_judge import is_verdict, verdict
from tests.construction.scripted_questions import BLIND, EQUAL, OPEN_BOOK, answer, is_writing, options, read

QUESTIONS_ONLY: dict[str, Any] = {"decisions": 0, "false_premises": 0}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_ida(tmp_path / "mine", 24)


Script = Callable[[Sequence[Message], Generation], str]


def made(out: Path, script: Script = answer, **options: Any) -> tuple[QuestionResult, ScriptedBackbone]:
    backbone = ScriptedBackbone(script)
    return asyncio.run(
        generate_questions(Writer(backbone, judge=TextJudge(backbone)), out, IDA, QuestionOptions(**options))
    ), backbone


def story_questions(out: Path) -> list[Question]:
    library = Library(out)
    return [q for kind in QUESTION_TYPES for q in library.questions(IDA, kind) if q.source == "story"]


def for_review(out: Path) -> list[dict[str, Any]]:
    path = out / "making" / IDA / "for-review.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def findings(out: Path) -> Counter[str]:
    return Counter(finding for row in for_review(out) for finding in row["findings"])


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


def test_blind_readers_are_shown_the_item_alone_and_readers_of_the_life_all_of_it(out: Path) -> None:
    _, backbone = made(out, story=1, tries=1, **QUESTIONS_ONLY)
    asked = [messages for messages, _ in backbone.calls]
    blind = [m for m in asked if BLIND in m[-1].content]
    assert len(blind) == 15 and all(len(m) == 1 and "Ida" not in m[-1].content for m in blind)
    told = [m[-1].content for m in asked if OPEN_BOOK in m[-1].content]
    assert len(told) == 9 and all("Vik01." in text and "Vik24." in text for text in told)
    equal = [m[-1].content for m in asked if EQUAL in m[-1].content]
    assert len(equal) == 2 and not any("right" in text.split("which ones are right")[1].split("Rewrite")[0] for text in equal)


def test_a_life_beyond_the_context_is_shown_near_the_evidence(out: Path) -> None:
    backbone = ScriptedBackbone(answer)
    writer = Writer(backbone, context_tokens=900, judge=TextJudge(backbone))
    asyncio.run(generate_questions(writer, out, IDA, QuestionOptions(story=2, **QUESTIONS_ONLY)))
    told = [messages[-1].content for messages, _ in backbone.calls if OPEN_BOOK in messages[-1].content]
    assert told and all(4 <= text.split("is asked:")[0].count("village") < 24 for text in told)
    assert {q.type for q in story_questions(out)} == {"cloze"} or len(story_questions(out)) > 2


def knows_too_much(messages: Sequence[Message], generation: Generation, share: int = 5) -> str:
    asked = messages[-1].content
    return read(asked, generation.sample < share) if BLIND in asked else answer(messages, generation)


def test_items_that_can_be_guessed_are_left_out_with_the_reason(out: Path) -> None:
    done, _ = made(out, knows_too_much, story=2, tries=2, decisions=1, false_premises=1)
    assert story_questions(out) == [] and Library(out).decisions(IDA) == () if "decisions" in done.counts else True
    assert findings(out)["5 of 5 readers without the life answered it rightly"] >= 7
    rows = for_review(out)
    assert all(row["tool"] == "generate_questions" and "question" in row["text"] and row["what"] for row in rows)
    assert done.counts["cloze"] == 5 and len(done.left_out) == len(rows)


@pytest.mark.parametrize(("right", "kept"), [(0, 3), (1, 3), (2, 0), (3, 0)])
def test_a_life_stays_near_chance_although_two_of_five_may_be_right_on_an_item(out: Path, right: int, kept: int) -> None:
    """Each item has at most two of five readers right; the mean over the life holds for single choice (35 %) up to one."""

    def some(messages: Sequence[Message], generation: Generation) -> str:
        return knows_too_much(messages, generation, right)

    made(out, some, story=3, tries=3, **QUESTIONS_ONLY)
    single = [q for q in story_questions(out) if q.type == "single_choice"]
    assert len(single) == kept and all(q.blind == right / 5 for q in single)
    if not kept:
        reason = "with it, readers without the life would be too far" if right == 2 else "3 of 5 readers without the life"
        assert any(reason in finding for finding in findings(out))


def test_an_item_is_left_out_that_readers_of_the_life_do_not_all_answer(out: Path) -> None:
    def forgets(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        return read(asked, False) if OPEN_BOOK in asked and generation.sample == 2 else answer(messages, generation)

    made(out, forgets, story=1, tries=1, decisions=1, false_premises=0)
    assert story_questions(out) == [] and findings(out) == {"2 of 3 readers of the life answered it rightly": 3}
    assert len(Library(out).decisions(IDA)) == 1  # what people do surprises some readers


def test_an_answer_without_its_form_counts_for_no_reader(out: Path) -> None:
    def rambles(messages: Sequence[Message], generation: Generation) -> str:
        return "I would say A, or perhaps B." if BLIND in messages[-1].content else answer(messages, generation)

    made(out, rambles, story=1, tries=1, **QUESTIONS_ONLY)
    assert story_questions(out) == [] and findings(out) == {
        "a reader without the life gave an answer without the form asked for": 3
    }


def test_no_wrong_option_is_used_twice_in_a_life(out: Path) -> None:
    def repeats(messages: Sequence[Message], generation: Generation) -> str:
        found = answer(messages, generation)
        if is_writing(messages[-1].content) and '"right": false' in found:
            item = json.loads(found)
            next(option for option in item["options"] if not option["right"])["text"] = "a 99lamp s0000"
            return json.dumps(item)
        return found

    made(out, repeats, story=2, tries=2, **QUESTIONS_ONLY)
    assert sum("a 99lamp s0000" in q.options for q in story_questions(out)) == 1
    assert findings(out)["the wrong answer 'a 99lamp s0000' is used in another question"] > 1


def test_options_are_made_equal_only_where_arithmetic_still_holds(out: Path) -> None:
    def rewrites(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        if EQUAL in asked:
            texts = [text for _, text in options(asked)]
            several = len(texts) == 6
            return json.dumps({"texts": texts[::-1] if several else [f"{text} dear" for text in texts]})
        return answer(messages, generation)

    made(out, rewrites, story=1, **QUESTIONS_ONLY)
    for question in story_questions(out):
        if question.options:
            assert all(option.endswith("dear") for option in question.options) == (question.type == "single_choice")
            assert question.open_book == 1.0


def test_a_false_premise_is_kept_only_if_an_admitted_judge_finds_it_false(out: Path) -> None:
    def unsure(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        return verdict(asked) if is_verdict(asked) else answer(messages, generation)

    made(out, unsure, story=0, decisions=0, false_premises=1, tries=1)
    assert findings(out) == {"what it takes for granted is not plainly false": 1}
    for judge in (None, TextJudge(ScriptedBackbone("All is well."))):
        writer = Writer(ScriptedBackbone(answer), judge=judge)
        options = QuestionOptions(story=0, decisions=0, false_premises=1, tries=1, seed=1)
        asyncio.run(generate_questions(writer, out, IDA, options))
        assert findings(out) == {NOT_JUDGED: 1}
    assert {row.kind for row in Library(out).unanswerable(IDA)} == {"beyond_knowledge"}


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


def test_an_item_that_readers_guess_is_written_anew_with_that_reason(out: Path) -> None:
    def guesses_the_first(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        if BLIND in asked:
            return read(asked, "in all" not in asked)
        if "was written before" in asked:
            assert "5 of 5 readers who knew nothing of Ida Holm" in asked
            return answer(messages).replace("you buy", "you in all buy").replace("you bought", "you in all bought")
        return answer(messages, generation)

    _, backbone = made(out, guesses_the_first, story=2, tries=2, **QUESTIONS_ONLY)
    assert not any("readers" in finding for finding in findings(out))
    assert {q.type for q in story_questions(out)} == set(QUESTION_TYPES)
    assert all("in all" in q.question and q.blind is not None and q.blind < 0.5 for q in story_questions(out))
    again = [m[-1].content for m, _ in backbone.calls if "was written before" in m[-1].content]
    assert len(again) == 6 and all("Which did you buy" in text or "that you bought" in text for text in again)
