"""Story generation: iterations, checkpoints, resuming and extending, short contexts, invalid input."""

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
from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.story import StoryOptions, generate_story
from human_simulacra.construction.story.checkpoints import Checkpoints
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.validation.consistency_checks import check_ages, check_ids
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from tests.conftest import ScriptedBackbone
from tests.construction.scripted_judge import is_verdict
from tests.construction.story.scripted_story import (
    ADA,
    BIOGRAPHY,
    WordEmbedder,
    grown,
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
    person = CharacterRows(ADA, out, [LocatedRow(out, 1, library.character(ADA))])
    person.story = [LocatedRow(out, p.index, p) for p in library.story(ADA)]
    assert check_ids([person]).passed and check_ages([person]).passed
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


def test_the_story_ends_when_no_paragraph_reaches_the_threshold(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    result = run(out, teller(), threshold=1000.0)
    assert (result.iterations, result.finished, story(out)) == (0, True, BIOGRAPHY)
    assert "scores 1000" in result.why


def test_equal_seeds_give_equal_stories_and_different_seeds_different_ones(tmp_path: Path) -> None:
    stories = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        out = write_biography(tmp_path / name)
        run(out, teller(), iterations=6, seed=seed)
        stories.append(story(out))
    assert stories[0] == stories[1] != stories[2]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.lists(st.integers(0, 3), min_size=1, max_size=3))
def test_a_resumed_run_gives_the_same_story_and_repeats_no_call(
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
        options = StoryOptions(plan="none", iterations=6, resume=resume)
        asyncio.run(generate_story(Writer(backbone, judge=TextJudge(backbone)), out, ADA, options, embedder=WordEmbedder()))

    for number, more in enumerate(stops):
        allowed[0] += more
        with pytest.raises(BackboneError):
            go(resume=number > 0)
    allowed[0] = 1000
    go(resume=True)
    assert story(out) == story(whole) and len(set(answered)) == len(answered)
    assert Checkpoints(out, ADA).load() == Checkpoints(whole, ADA).load()


def test_a_run_can_branch_off_an_earlier_checkpoint_and_keeps_the_later_ones(tmp_path: Path) -> None:
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


def test_a_finished_story_is_extended_with_new_facts_of_the_profile(tmp_path: Path) -> None:
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


def test_a_paragraph_emptied_by_hand_counts_as_removed(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    path = out / "characters" / ADA / "story.jsonl"
    run(out, teller(), iterations=1)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    write_jsonl(path, [{**row, "text": " " if row["index"] == 2 else row["text"]} for row in rows])
    run(out, teller(), iterations=1, extend=True)
    assert all(text.strip() for text in story(out)) and rows[1]["text"] not in story(out)


def test_existing_work_is_never_overwritten_silently(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    with pytest.raises(UserError, match="nothing to resume for 'ada-berg'"):
        run(out, teller(), resume=True)
    with pytest.raises(UserError, match="no story to continue"):
        run(out, teller(), extend=True)
    with pytest.raises(BackboneError):
        run(out, ScriptedBackbone(lambda *_: BackboneError("down")))
    with pytest.raises(UserError, match="unfinished at iteration 0: continue with --resume"):
        run(out, teller())
    run(out, teller(), resume=True, iterations=1)
    with pytest.raises(UserError, match="finished at iteration 1: extend it with --continue"):
        run(out, teller())
    finished = story(out)
    assert run(out, ScriptedBackbone(lambda *_: BackboneError("down")), resume=True).finished and story(out) == finished


@pytest.mark.parametrize(("context", "least"), [(2048, 3), (8192, 30)])
def test_beyond_the_context_the_prompt_has_a_window_and_summaries(tmp_path: Path, context: int, least: int) -> None:
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


def test_a_context_too_small_for_one_passage_is_refused(tmp_path: Path) -> None:
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
def test_short_biographies_and_blank_lines_work(tmp_path: Path, biography: list[str]) -> None:
    out = write_biography(tmp_path / "own", biography)
    result = run(out, teller(), iterations=4)
    assert result.iterations == 4 and all(text.strip() == text and text for text in story(out))
    assert len(" ".join(story(out)).split()) > len(" ".join(biography).split())


def test_missing_biographies_unknown_characters_and_damaged_checkpoints_are_reported(tmp_path: Path) -> None:
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
