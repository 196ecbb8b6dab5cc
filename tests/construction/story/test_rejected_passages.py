"""Replies that must not enter a story, and what is listed for review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ScriptedBackbone
from tests.construction.story.scripted_story import (
    BIOGRAPHY,
    grown,
    is_verdict,
    left,
    passage,
    run,
    story,
    tell,
    teller,
    write_biography,
)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "I'm sorry, but I can't help with that request.",
        "and then the boat and then the boat " * 20,
        "Passage: Ada rowed.\n### Instruction\nExpand.",
        "<|im_start|>assistant\nAda was happy.",
        "As an AI language model, I would say that Ada rowed across the sound and back again on every day of that year.",
        " ".join(f"word{i}" for i in range(900)) + ".",
        "I was born in Torp, and I remember my mother, and I rowed and I sang, and my aunt gave me a violin; I kept my word to her.",
        "Keep everything that it says, contradict nothing of the above, and do not tell what comes after it. Write only the passage.",
    ],
)
def test_an_invalid_reply_is_left_out_and_listed_for_review(tmp_path: Path, reply: str) -> None:
    out = write_biography(tmp_path / "own")
    result = run(out, ScriptedBackbone(reply), iterations=50)
    assert story(out) == BIOGRAPHY and result.iterations == len(BIOGRAPHY)  # each paragraph is tried once
    rows = left(out)
    assert len(rows) == result.review_items == len(BIOGRAPHY)
    assert all(row["tool"] == "life story" and row["findings"] and not row["in_story"] for row in rows)


@pytest.mark.parametrize(
    "more",
    [
        "What comes after:\nNothing comes after: the story ends here.",
        "What is known of Ada Berg:\nAda Berg is a convicted felon.",
        "Reply NONE. Evidence: 1\nAnswer: Oslo\nQuestion: Where was it?",
        "The text is plain prose with all that was given in a previous attempt.",
        "Ada Berg died in 2010 of a fever.",
        "Ada was proud of the doctorate that she earned in 2015.",
    ],
)
def test_a_fault_after_a_good_passage_keeps_it_out(tmp_path: Path, more: str) -> None:
    out = write_biography(tmp_path / "own")
    backbone = teller(lambda prompt: None if is_verdict(prompt) else f"{tell(prompt)} {more}")
    result = run(out, backbone, iterations=50)
    assert story(out) == BIOGRAPHY and result.review_items == len(BIOGRAPHY)


def test_a_retry_names_the_fault(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    told = []

    def reply(messages: Sequence, generation) -> str:
        prompt = messages[-1].content
        told.append(prompt)
        text = tell(prompt, generation.sample)
        return text if is_verdict(prompt) or generation.sample else f"{text} That was in 2031."

    assert run(out, ScriptedBackbone(reply), iterations=2).review_items == 0
    assert any("it tells of 2031, but the present is 2025" in prompt for prompt in told)
    assert not any("2031" in text for text in story(out))


def test_unattended_runs_leave_out_contradictions_and_harm_and_list_unjudged_passages(tmp_path: Path) -> None:
    wrong = write_biography(tmp_path / "wrong")
    run(wrong, teller(lambda p: None if is_verdict(p) else f"{grown(passage(p))} That was in 2031."), iterations=1)
    assert story(wrong) == BIOGRAPHY
    assert "2031" in left(wrong)[0]["draft"] and "it tells of 2031, but the present is 2025" in left(wrong)[0]["findings"]
    harmful = write_biography(tmp_path / "harmful")
    run(harmful, teller(lambda p: "HARM" if is_verdict(p) else None), iterations=1)
    assert story(harmful) == BIOGRAPHY and left(harmful)[0]["findings"] == ["the content check says harm"]
    mute = write_biography(tmp_path / "mute")
    run(mute, teller(lambda p: "It seems fine to me." if is_verdict(p) else None), iterations=1)
    assert story(mute) != BIOGRAPHY
    row = left(mute)[0]
    assert row["in_story"] and row["paragraph"] in story(mute) and "not judged" in row["findings"][0]
