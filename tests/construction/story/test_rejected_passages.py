"""Replies that must not enter a story, and what is listed for review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ScriptedBackbone
from tests.construction.scripted_judge import is_verdict, verdict
from tests.construction.story.scripted_story import (
    BIOGRAPHY,
    as_reply,
    grown,
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
        "<|im_start|>assistant\nAda was happy.",
        '{"paragraphs": [{"year": 1980, "month": null, "text": "Ada ro',
        '{"paragraphs": []}',
        '{"paragraphs": [{"year": "soon", "month": null, "text": "Ada rowed.", "facts": []}]}',
        '{"passage": "Ada rowed."}',
    ],
)
def test_a_reply_without_the_form_is_left_out_and_listed_for_review(tmp_path: Path, reply: str) -> None:
    out = write_biography(tmp_path / "own")
    result = run(out, teller(lambda prompt: verdict(prompt) if is_verdict(prompt) else reply), iterations=50)
    assert story(out) == BIOGRAPHY and result.iterations == len(BIOGRAPHY)  # each paragraph is tried once
    rows = left(out)
    assert len(rows) == result.review_items == result.failed == len(BIOGRAPHY)
    assert all(row["tool"] == "generate_life_story" and row["findings"] and not row["in_character"] for row in rows)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("and then the boat and then the boat " * 20, "repeated"),
        (" ".join(f"word{i}" for i in range(900)) + ".", "it had 900 words"),
        ("Ada rowed.", "it had only 2 words"),
        (" ".join(BIOGRAPHY[1:4]) + " " + " ".join(f"word{i}" for i in range(9)) + ".", "what other passages already tell"),
    ],
)
def test_what_arithmetic_finds_wrong_is_left_out(tmp_path: Path, text: str, finding: str) -> None:
    out = write_biography(tmp_path / "own")
    run(out, teller(lambda p: verdict(p) if is_verdict(p) else as_reply(text, p)), iterations=50)
    assert story(out) == BIOGRAPHY
    assert any(finding in f for row in left(out) for f in row["findings"]), left(out)[0]["findings"]


@pytest.mark.parametrize("point", ["person", "voice", "language", "task", "whole", "consistent", "harmless"])
def test_what_the_judge_rejects_is_left_out_with_its_reason(tmp_path: Path, point: str) -> None:
    out = write_biography(tmp_path / "own")
    result = run(out, teller(lambda p: verdict(p, lambda text: point) if is_verdict(p) else None), iterations=50)
    assert story(out) == BIOGRAPHY and result.review_items == len(BIOGRAPHY)
    assert all("as quoted" in row["findings"][-1] and row["text"] for row in left(out))


def test_a_retry_names_the_fault(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    told = []

    def reply(messages: Sequence, generation) -> str:
        prompt = messages[-1].content
        told.append(prompt)
        if is_verdict(prompt) or generation.sample:
            return tell(prompt, generation.sample)
        return as_reply(f"{grown(passage(prompt))} That was in 2031.", prompt)

    assert run(out, ScriptedBackbone(reply), iterations=2).review_items == 0
    assert any("it tells of 2031, but it is to tell of" in prompt for prompt in told)
    assert not any("2031" in text for text in story(out))


def test_without_a_judge_that_knows_its_texts_passages_are_used_and_all_listed(tmp_path: Path) -> None:
    mute = write_biography(tmp_path / "mute")
    run(mute, teller(lambda p: "It seems fine to me." if is_verdict(p) else None), iterations=2)
    assert story(mute) != BIOGRAPHY
    rows = left(mute)
    assert all(row["in_character"] and row["text"] in story(mute) and "nobody judged it" in row["findings"][0] for row in rows)
    assert {row["row"] for row in rows} <= {f"ada-berg-s{n:03d}" for n in range(1, 12)} and len(rows) >= 2
