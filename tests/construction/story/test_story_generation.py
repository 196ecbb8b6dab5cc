"""A story grows: iterations, checkpoints, resuming and extending it, untrusted replies, short contexts, bad input."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from human_simulacra.backbones import CachedBackbone, CallCache
from human_simulacra.backbones.base import BackboneError, estimate_tokens
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.story import StoryOptions, generate_story
from human_simulacra.construction.story.checkpoints import Checkpoints
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.validation.gates import Located, Person
from human_simulacra.validation.soundness import ages, identity
from tests.conftest import ScriptedBackbone
from tests.construction.story.scripted_story import (
    ADA,
    BIOGRAPHY,
    WordEmbedder,
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


def test_a_biography_grows_into_a_story_that_the_evaluation_can_use(tmp_path: Path) -> None:
    out, backbone = write_biography(tmp_path / "own"), teller()
    result = run(out, backbone, iterations=12)
    assert (result.iterations, result.finished, result.review_items) == (12, True, 0)
    texts = story(out)
    assert result.paragraphs == len(texts) > len(BIOGRAPHY)
    assert all(any(sentence in text for text in texts) for sentence in BIOGRAPHY)  # in place, and nothing lost
    library = Library(out)
    person = Person(ADA, out, [Located(out, 1, library.character(ADA))])
    person.story = [Located(out, p.index, p) for p in library.story(ADA)]
    assert identity([person]).passed and ages([person]).passed
    assert {"Early years", "Childhood", "Forties"} <= {p.chapter for p in library.story(ADA)}


def test_every_iteration_is_a_checkpoint_with_what_changed_and_the_scores_and_draws_among_the_best(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    run(out, teller(), iterations=5)
    checkpoints = Checkpoints(out, ADA)
    assert checkpoints.iterations() == [0, 1, 2, 3, 4, 5]
    for iteration in range(1, 6):
        before, state = checkpoints.load(iteration - 1), checkpoints.load(iteration)
        assert before and state
        change = state.change
        assert change.kind == "expanded" and change.before == before.texts[change.place]
        assert state.texts == [*before.texts[: change.place], *change.after, *before.texts[change.place + 1 :]]
        best = sorted(range(len(change.scores)), key=lambda i: -change.scores[i].total)[:5]
        assert list(change.drawn_from) == best and change.place in best


def test_it_is_done_when_no_paragraph_reaches_the_threshold(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    result = run(out, teller(), threshold=1000.0)
    assert (result.iterations, result.finished, story(out)) == (0, True, BIOGRAPHY)
    assert "scores 1000" in result.why


def test_a_seed_repeats_and_another_one_differs(tmp_path: Path) -> None:
    stories = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        out = write_biography(tmp_path / name)
        run(out, teller(), iterations=6, seed=seed)
        stories.append(story(out))
    assert stories[0] == stories[1] != stories[2]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.lists(st.integers(0, 3), min_size=1, max_size=3))
def test_wherever_it_stops_it_resumes_to_the_same_story_and_repeats_no_call(
    tmp_path_factory: pytest.TempPathFactory, stops: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("stops")
    whole = write_biography(folder / "whole")
    run(whole, teller(), iterations=6)
    out, answered, allowed = write_biography(folder / "own"), [], [0]

    def reply(messages: Sequence, generation) -> str | BackboneError:
        if len(answered) >= allowed[0]:
            return BackboneError("the plug was pulled")
        answered.append((messages[-1].content, generation))
        return tell(messages[-1].content, generation.sample)

    def go(resume: bool) -> None:
        backbone = CachedBackbone(ScriptedBackbone(reply), CallCache(folder / "calls.sqlite"))
        options = StoryOptions(iterations=6, resume=resume)
        asyncio.run(generate_story(Writer(backbone), out, ADA, options, embedder=WordEmbedder()))

    for number, more in enumerate(stops):
        allowed[0] += more
        with pytest.raises(BackboneError):
            go(resume=number > 0)
    allowed[0] = 1000
    go(resume=True)
    assert story(out) == story(whole) and len(set(answered)) == len(answered)
    assert Checkpoints(out, ADA).load() == Checkpoints(whole, ADA).load()


def test_a_run_goes_another_way_from_an_earlier_checkpoint_and_keeps_the_later_ones(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    run(out, teller(), iterations=6)
    first, third = story(out), Checkpoints(out, ADA).load(3)
    aside = Checkpoints(out, ADA).load(6)
    run(out, teller(), resume=True, resume_at=3, seed=5, iterations=6)
    assert Checkpoints(out, ADA).iterations() == [0, 1, 2, 3, 4, 5, 6]
    assert story(out) != first and third and Checkpoints(out, ADA).load(3).texts == third.texts  # type: ignore[union-attr]
    kept = out / "making" / ADA / "story" / "aside-1" / "0006.json"
    assert aside and [p["text"] for p in json.loads(kept.read_text())["pieces"]] == aside.texts
    with pytest.raises(UserError, match="no checkpoint of iteration 40 .* it has 0 to 6"):
        run(out, teller(), resume=True, resume_at=40)


def test_a_finished_story_is_extended_and_what_is_new_in_the_profile_is_woven_in(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    run(out, teller(), iterations=3)
    before = story(out)
    write_biography(out, hobbies=["chess", "rowing", "singing", "wood carving"])
    run(out, ScriptedBackbone("I cannot write this."), iterations=1, extend=True)  # nothing comes of it, and it is not forgotten
    result = run(out, teller(), iterations=3, extend=True)
    assert result.iterations == 7
    assert [Checkpoints(out, ADA).load(i).change.kind for i in (4, 5)] == ["left out", "woven"]  # type: ignore[union-attr]
    assert sum("wood carving" in text for text in story(out)) == 1
    assert len(" ".join(story(out))) > len(" ".join(before))


def test_a_story_that_was_changed_by_hand_is_extended_as_it_is_now(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    run(out, teller(), iterations=2)
    path = out / "characters" / ADA / "story.jsonl"
    path.write_text(path.read_text().replace("Sigrid", "Solveig"))
    run(out, teller(), iterations=2, extend=True)
    assert any("Solveig" in text for text in story(out)) and not any("Sigrid" in text for text in story(out))


def test_a_paragraph_emptied_by_hand_is_one_taken_out(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    path = out / "characters" / ADA / "story.jsonl"
    run(out, teller(), iterations=1)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    write_jsonl(path, [{**row, "text": " " if row["index"] == 2 else row["text"]} for row in rows])
    run(out, teller(), iterations=1, extend=True)
    assert all(text.strip() for text in story(out)) and rows[1]["text"] not in story(out)


def test_nothing_is_overwritten_without_a_word(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    with pytest.raises(UserError, match="nothing to resume for 'ada-berg'"):
        run(out, teller(), resume=True)
    with pytest.raises(UserError, match="no story to continue"):
        run(out, teller(), extend=True)
    with pytest.raises(BackboneError):
        run(out, ScriptedBackbone(lambda *_: BackboneError("down")))
    with pytest.raises(UserError, match="unfinished at iteration 0: go on with --resume"):
        run(out, teller())
    run(out, teller(), resume=True, iterations=1)
    with pytest.raises(UserError, match="finished at iteration 1: extend it with --continue"):
        run(out, teller())
    finished = story(out)
    assert run(out, ScriptedBackbone(lambda *_: BackboneError("down")), resume=True).finished and story(out) == finished


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
def test_an_unfit_reply_never_enters_a_story_and_is_left_to_a_person(tmp_path: Path, reply: str) -> None:
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
def test_what_is_wrong_behind_a_good_passage_keeps_it_out(tmp_path: Path, more: str) -> None:
    out = write_biography(tmp_path / "own")
    backbone = teller(lambda prompt: None if is_verdict(prompt) else f"{tell(prompt)} {more}")
    result = run(out, backbone, iterations=50)
    assert story(out) == BIOGRAPHY and result.review_items == len(BIOGRAPHY)


def test_a_fault_is_told_to_the_next_attempt(tmp_path: Path) -> None:
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


def test_unattended_what_contradicts_or_harms_is_left_out_and_what_was_not_judged_is_listed(tmp_path: Path) -> None:
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


@pytest.mark.parametrize(("context", "least"), [(2048, 3), (8192, 30)])
def test_past_the_context_the_draft_becomes_a_window_and_summaries(tmp_path: Path, context: int, least: int) -> None:
    long = [grown(grown(grown(grown(f"{BIOGRAPHY[i % 6]} In {1981 + i // 3} this was number {i}.")))) for i in range(120)]
    out, backbone = write_biography(tmp_path / "own", long), teller()
    result = run(out, backbone, context=context, iterations=3, review_every=1)
    assert result.iterations == 3 and result.review_items == 0
    prompts = [m[-1].content for m, _ in backbone.calls if not is_verdict(m[-1].content)]
    for (messages, generation), prompt in zip(
        [c for c in backbone.calls if not is_verdict(c[0][-1].content)], prompts, strict=True
    ):
        assert estimate_tokens(prompt) + generation.max_tokens <= context and messages
        assert "in short:" in prompt
    assert len(story(out)) >= 120


def test_a_context_too_small_for_one_passage_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="context of 300 tokens is too small"):
        run(write_biography(tmp_path / "own"), teller(), context=300)


@pytest.mark.parametrize(
    "biography",
    [
        [BIOGRAPHY[0]],
        BIOGRAPHY[:3],
        ["\n \n", BIOGRAPHY[0], "", "   ", BIOGRAPHY[1]],
        [" ".join(grown(text) for text in BIOGRAPHY)],
    ],
)
def test_few_paragraphs_one_paragraph_and_blank_lines_work(tmp_path: Path, biography: list[str]) -> None:
    out = write_biography(tmp_path / "own", biography)
    result = run(out, teller(), iterations=4)
    assert result.iterations == 4 and all(text.strip() == text and text for text in story(out))
    assert len(" ".join(story(out)).split()) > len(" ".join(biography).split())


def test_a_missing_biography_an_unknown_character_and_a_damaged_checkpoint_are_named(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own", [" "])
    with pytest.raises(UserError, match="has no biography to grow a story from"):
        run(out, teller())
    write_biography(out)
    with pytest.raises(UserError, match="unknown character 'ada': did you mean 'ada-berg'"):
        asyncio.run(generate_story(Writer(teller()), out, "ada", StoryOptions(), embedder=WordEmbedder()))
    run(out, teller(), iterations=2)
    path = out / "making" / ADA / "story" / "0002.json"
    path.write_text(path.read_text()[:200])
    with pytest.raises(UserError, match=r"0002\.json is damaged: remove it"):
        run(out, teller(), resume=True)
    path.unlink()
    run(out, teller(), resume=True)
    assert Checkpoints(out, ADA).iterations() == [0, 1, 2]
