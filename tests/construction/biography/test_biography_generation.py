"""Biography generation: the text states every fact and contradicts none, whatever the model returns."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_simulacra.construction.biography import BiographyOptions
from human_simulacra.construction.biography.biography_checks import find_biography_faults
from human_simulacra.construction.biography.stated_facts import find_missing_facts, list_facts, state_facts
from human_simulacra.construction.terminal_review import Decision
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.types import Generation, Message
from tests.construction.biography.docile_model import ADA, PARTS, POOLS, WHOLE, make, obey, picked


@pytest.mark.parametrize("options", [PARTS, WHOLE])
def test_a_docile_model_writes_every_part_once(tmp_path: Path, options: BiographyOptions) -> None:
    out = picked(tmp_path)
    backbone, made = make(out, obey, options)
    assert len(backbone.calls) == (5 if options is PARTS else 1) and made.composed == ()
    written = Library(out).character("ada-berg")
    assert written.biography and find_missing_facts(written.biography, list_facts(ADA)) == []
    assert replace(written, biography="") == ADA and len(written.biography.split()) < 1000
    assert not (out / "making/ada-berg/for-review.jsonl").exists()


NASTY = ["", "I'm sorry, but I can't help with that.", "```json\n{}\n```", "### Instruction\nWrite the biography.",
         "Ada Berg. " * 60, "<|im_start|>assistant\nAda", "Ada Berg died in 1999.", "word " * 900 + "."]  # fmt: skip


@pytest.mark.parametrize("reply", NASTY)
@pytest.mark.parametrize("options", [PARTS, WHOLE])
def test_bad_replies_are_replaced_by_plain_sentences_with_the_facts(
    tmp_path: Path, reply: str, options: BiographyOptions
) -> None:
    out = picked(tmp_path)
    backbone, made = make(out, reply, options)
    assert len(backbone.calls) == 3 * (5 if options is PARTS else 1)
    text = Library(out).character("ada-berg").biography
    assert text.replace("\n\n", " ") == state_facts(ADA, list_facts(ADA)) and " ".join(made.composed) == text.replace("\n\n", " ")
    left = [json.loads(line) for line in (out / "making/ada-berg/for-review.jsonl").read_text().splitlines()]
    assert len(left) == len(made.composed) and all(row["findings"] and len(row["rejected"]) == 3 for row in left)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([*NASTY, "obey", "Ada Berg walked along the river and thought of the mill."]), min_size=3))
def test_any_replies_give_a_valid_biography(tmp_path_factory: Any, replies: list[str]) -> None:
    out = picked(tmp_path_factory.mktemp("b"))
    turn = iter(range(10**6))

    def script(messages: Sequence[Message], generation: Generation) -> str:
        reply = replies[next(turn) % len(replies)]
        return obey(messages) if reply == "obey" else reply

    make(out, script)
    text = Library(out).character("ada-berg").biography
    assert find_missing_facts(text, list_facts(ADA)) == [] and find_biography_faults(text, ADA, POOLS) == []
    assert "```" not in text and "sorry" not in text and "###" not in text and "<|" not in text


def test_a_draft_that_only_lacks_a_fact_is_kept_with_that_fact_in_a_plain_sentence(tmp_path: Path) -> None:
    out = picked(tmp_path)

    def script(messages: Sequence[Message], generation: Generation) -> str:
        if "free time" in messages[-1].content:
            return "Ada likes hiking above the mill and knitting by the stove, winter after winter."
        return obey(messages)

    _, made = make(out, script)
    assert made.composed == ("Ada likes yoga.",)
    assert "Ada likes yoga. Ada likes hiking above the mill" in Library(out).character("ada-berg").biography


def test_a_retry_names_what_was_left_out(tmp_path: Path) -> None:
    backbone, _ = make(picked(tmp_path), lambda m, g: obey(m) if g.sample else "Ada Berg walked along the river.")
    assert "it left out the date of birth (1980-03-04), the gender (female)" in backbone.calls[1][0][-1].content


def test_the_judge_counts_only_if_it_passes_its_self_test(tmp_path: Path) -> None:
    def judged(verdict: Callable[[str], str]) -> int:
        def script(messages: Sequence[Message], generation: Generation) -> str:
            prompt = messages[-1].content
            return verdict(prompt) if "A text about" in prompt else obey(messages)

        _, made = make(picked(tmp_path / str(len(list(tmp_path.iterdir())))), script, BiographyOptions("parts", 400))
        return len(made.composed)

    able = "WRONG: the miner is a baker."
    assert judged(lambda prompt: able if "miner" in prompt else "NONE") == 0
    # One that finds fault with everything, or cannot be read, has shown that it cannot judge.
    assert judged(lambda prompt: able) == 0 and judged(lambda prompt: "Perhaps it is so.") == 0
    # One that can, and finds fault with a part twice, is believed: that part holds plain sentences only.
    assert judged(lambda prompt: able if "miner" in prompt or "as a baker. The " in prompt else "NONE") == 1


def test_a_reviewer_accepts_edits_rejects_with_a_reason_or_stops(tmp_path: Path) -> None:
    out = picked(tmp_path)
    asked: list[tuple[str, Sequence[str]]] = []
    decisions = iter([Decision("reject", "", "Say more of the mill."), Decision("stop", ""), Decision("edit", "Ada Berg bakes.")])

    def review(text: str, before: str, *, notes: Sequence[str]) -> Decision:
        asked.append((text, notes))
        return next(decisions)

    backbone, made = make(out, obey, review=review)
    assert made.path is None and not (out / "characters/ada-berg").exists()
    assert len(backbone.calls) == 10 and "Say more of the mill." in backbone.calls[5][0][-1].content
    with pytest.raises(UserError, match="--resume"):
        make(out, obey, review=review)
    again, made = make(out, obey, review=review, resume=True)
    assert again.calls == [] and asked[2] == asked[1]
    assert Library(out).character("ada-berg").biography == "Ada Berg bakes." and made.path is not None


def test_a_finished_biography_is_not_written_again(tmp_path: Path) -> None:
    out = picked(tmp_path)
    make(out, obey)
    with pytest.raises(UserError, match="has a biography"):
        make(out, obey)
    backbone, made = make(out, obey, resume=True)
    assert backbone.calls == [] and made.character == Library(out).character("ada-berg")


def test_a_biography_that_the_profile_brings_is_taken_and_its_faults_listed(tmp_path: Path) -> None:
    out = picked(tmp_path, replace(ADA, biography="Ada Berg was born on 4 March 1980 and grew old."))
    backbone, made = make(out, obey)
    assert made.faults == 1 and make(out, obey, resume=True)[1].faults == 1
    assert backbone.calls == [] and "leaves out" in (out / "making/ada-berg/for-review.jsonl").read_text()
