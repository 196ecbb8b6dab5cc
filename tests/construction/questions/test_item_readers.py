"""Tests of items: readers without the life and with it, options made equal, and a judge for false premises."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from human_simulacra.construction.judging import NOT_JUDGED, TextJudge
from human_simulacra.construction.questions import QuestionOptions, generate_questions
from human_simulacra.construction.review.terminal_review import diff_sentences
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, Generation, Message
from tests.conftest import ScriptedBackbone
from tests.construction.invented_characters import IDA
from tests.construction.questions.generated_questions import QUESTIONS_ONLY, findings, for_review, made, story_questions
from tests.construction.scripted_judge import is_verdict, verdict
from tests.construction.scripted_questions import BLIND, EQUAL, OPEN_BOOK, answer, is_writing, options, read


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
    for row in rows:  # an option a line, for people
        shown, item = diff_sentences("", row["text"]), json.loads(row["text"])
        assert len(shown) == 1 + len(item["options"]) and all(line.startswith('+ {"') for line in shown)


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
