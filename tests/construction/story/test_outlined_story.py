"""Stories with an outline: their size and dates, a writer that spoils its replies, resuming, reviewing, what could not be written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.scripted_writer import NOISE, GoodWriter, NoisyWriter
from human_simulacra.backbones.base import BackboneError
from human_simulacra.construction.ledger import read_ledger
from human_simulacra.construction.review.terminal_review import Decision
from human_simulacra.construction.story.checkpoints import Checkpoints
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.types import Generation, Message
from human_simulacra.validation.text_statistics import words
from tests.conftest import ScriptedBackbone
from tests.construction.story.scripted_story import ADA, left, run, story, write_biography
from tests.construction.story.test_chapters import problems

SHORT = {"plan": "outline", "story_words": 2000, "iterations": 6}


def backbone(writer: GoodWriter | None = None) -> ScriptedBackbone:
    good = writer or GoodWriter()
    return ScriptedBackbone(lambda messages, generation: good.reply(messages, generation.sample))


def test_a_good_writer_gives_a_whole_life(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    result = run(out, backbone(), plan="outline")
    assert result.finished and (result.review_items, result.failed, result.missing) == (0, 0, 0)
    rows = Library(out).story(ADA)
    sizes = Counter[int]()
    for row in rows:
        sizes[row.chapter_index] += len(words(row.text))
    assert sizes.total() >= 10_500 and 8 <= len(sizes) <= 14 and max(sizes.values()) <= 0.15 * sizes.total()
    assert {row.age for row in rows} == set(range(46)) and all(row.year and row.end_year for row in rows)
    assert problems(list(rows)) == []
    ids = {row.id for row in rows}
    ledger = read_ledger(Library(out), ADA)
    assert len(ledger) >= len(ids) / 2 and {fact.source for fact in ledger} <= ids


def test_nothing_of_a_noisy_writers_noise_stands_in_the_story(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    spoilt = backbone(NoisyWriter(0.4))
    result = run(out, spoilt, **SHORT)
    assert result.finished and len(spoilt.calls) > 30
    told = json.dumps([row.text for row in Library(out).story(ADA)], ensure_ascii=False)
    assert not [noise for noise in NOISE if noise in told]


@pytest.mark.parametrize("stop", [0, 1, 3, 9])
def test_an_interrupted_story_resumes_to_the_same_text(tmp_path: Path, stop: int) -> None:
    whole, out = write_biography(tmp_path / "whole"), write_biography(tmp_path / "own")
    run(whole, backbone(), **SHORT)
    good, count = GoodWriter(), [0]

    def reply(messages: Sequence[Message], generation: Generation) -> str | BackboneError:
        count[0] += 1
        return BackboneError("the plug was pulled") if count[0] > stop else good.reply(messages, generation.sample)

    with pytest.raises(BackboneError):
        run(out, ScriptedBackbone(reply), **SHORT)
    assert not (out / "characters" / ADA / "story.jsonl").exists()
    run(out, backbone(), resume=True, **SHORT)
    assert story(out) == story(whole) and Checkpoints(out, ADA).load() == Checkpoints(whole, ADA).load()


def test_a_section_that_cannot_be_written_keeps_the_story_from_being_written_until_it_is(tmp_path: Path) -> None:
    out, good = write_biography(tmp_path / "own"), GoodWriter()

    def reply(messages: Sequence[Message], generation: Generation) -> str:
        if "Write the part of chapter 3," in messages[-1].content:
            return "I would rather not."
        return good.reply(messages, generation.sample)

    result = run(out, ScriptedBackbone(reply), **SHORT)
    assert result.path is None and result.missing >= 1 and "not the JSON object" in left(out)[0]["findings"][0]
    assert not (out / "characters" / ADA / "story.jsonl").exists()
    result = run(out, backbone(), resume=True, seed=9, **SHORT)
    assert result.finished and result.missing == 0 and len({row.chapter_index for row in Library(out).story(ADA)}) == 10


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda o: {**o, "chapters": o["chapters"][:4]}, "it had 4 chapters"),
        (
            lambda o: {**o, "chapters": [{**c, "first_year": c["first_year"] + 2} for c in o["chapters"]]},
            "do not reach from 1980",
        ),
        (lambda o: {**o, "chapters": [{**c, "events": []} for c in o["chapters"]]}, "no events"),
        (lambda o: {**o, "chapters": [*o["chapters"][:5], *o["chapters"][6:]]}, "does not begin where the one before ends"),
    ],
)
def test_an_outline_that_does_not_cover_the_life_is_asked_for_again(tmp_path: Path, change, finding: str) -> None:
    out, good, asked = write_biography(tmp_path / "own"), GoodWriter(), []

    def reply(messages: Sequence[Message], generation: Generation) -> str:
        text = good.reply(messages, generation.sample)
        if "Plan the story" not in messages[-1].content:
            return text
        asked.append(messages[-1].content)
        return json.dumps(change(json.loads(text))) if generation.sample < spoilt[0] else text

    spoilt = [3]
    with pytest.raises(UserError, match="no outline could be written"):
        run(out, ScriptedBackbone(reply), **SHORT)
    assert finding in asked[-1]
    spoilt = [1]
    assert run(out, ScriptedBackbone(reply), resume=True, **SHORT).finished


def test_a_rejected_section_is_written_again_with_the_reason(tmp_path: Path) -> None:
    out, model, seen = write_biography(tmp_path / "own"), backbone(), []

    def decide(draft: str, before: str, *, notes: Sequence[str]) -> Decision:
        seen.append((draft, before))
        return Decision("reject", before, "more about the flood") if len(seen) == 1 else Decision("accept", draft)

    assert run(out, model, decide, **SHORT).finished
    asked = [call[0][-1].content for call in model.calls]
    advised = [prompt for prompt in asked if "A reviewer rejected an earlier version: more about the flood" in prompt]
    assert seen[0][1] == "" and advised and all("Write the part of chapter 1," in prompt for prompt in advised)
    assert all(story(out))
