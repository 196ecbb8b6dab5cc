"""Editing: dependent files are updated, invalid edits are refused, and undo restores every byte."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from human_simulacra.backbones.base import BackboneError
from human_simulacra.construction.editing import EditHistory, EditResult, apply_edit, parse_request
from human_simulacra.construction.editing.edit_files import find_insertion_point
from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.persona import persona
from human_simulacra.types import QUESTION_TYPES, Paragraph, Question
from human_simulacra.validation import consistency_checks
from human_simulacra.validation.located_rows import read_characters
from tests.conftest import ScriptedBackbone
from tests.construction.editing.scripted_edits import author, write_working_ida
from tests.construction.invented_characters import IDA


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A character with story, memories and questions."""
    return write_working_ida(tmp_path_factory.mktemp("whole") / "mine")


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "mine"))


def change(
    out: Path, sets: Sequence[str] = (), adds: Sequence[str] = (), text: str | None = None, year: int | None = None
) -> tuple[EditResult, ScriptedBackbone]:
    backbone = ScriptedBackbone(author)
    writer = Writer(backbone, judge=TextJudge(backbone))
    return asyncio.run(apply_edit(lambda: writer, out, IDA, parse_request(sets, adds, text, year))), backbone


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def question(out: Path, name: str) -> Question:
    library = Library(out)
    return next(q for kind in QUESTION_TYPES for q in library.questions(IDA, kind) if q.id == f"{IDA}-{name}")


def test_an_attribute_changes_profile_persona_and_keys(out: Path) -> None:
    change(out, ["occupation=Baker"])
    assert Library(out).character(IDA).occupation == "baker"
    assert "Work: baker" in persona(Library(out).character(IDA))
    assert question(out, "cloze-05").answer == ("baker",)


def test_age_and_date_of_birth_stay_in_step(out: Path) -> None:
    change(out, ["age=47"])
    character = Library(out).character(IDA)
    assert (character.age, character.date_of_birth) == (47, "1978-03-04")
    assert question(out, "cloze-03").answer == ("47",) and question(out, "cloze-04").answer == ("1978-03-04",)
    assert consistency_checks.check_ages(read_characters(Library(out))[0]).problems == []
    change(out, ["date_of_birth=1990-12-24"])
    assert Library(out).character(IDA).age == 34


def test_an_added_hobby_leaves_a_right_key_alone_and_is_never_a_wrong_option(out: Path) -> None:
    before = question(out, "multiple_choice-01")
    wrong = next(option for place, option in enumerate(before.options) if place not in before.answer)
    change(out, adds=["hobby=origami" if wrong != "origami" else "hobby=karaoke singing"])
    assert question(out, "multiple_choice-01") == before
    change(out, adds=[f"hobby={wrong}"])
    after = question(out, "multiple_choice-01")
    own = Library(out).character(IDA).hobbies
    assert len(own) == 5 and after.question == before.question and after.answer == before.answer
    assert [option in own for option in after.options] == [place in after.answer for place in range(6)]


def test_an_experience_stands_at_its_time_and_only_its_memory_is_built(out: Path) -> None:
    before, old_memories = Library(out).story(IDA), Library(out).memories(IDA)
    text = "In the summer of 1994 Ida rowed round the island of Rossøy alone."
    edited, _ = change(out, text=text)
    after = Library(out)
    story = after.story(IDA)
    assert [p.index for p in story] == list(range(1, 14))
    assert story[4].text == text and story[4].id == f"{IDA}-s013" and (story[4].first_year, story[4].last_year) == (1994, 1994)
    assert edited.new_paragraphs == (story[4],)
    assert [(p.id, p.text) for p in story if p.id != f"{IDA}-s013"] == [(p.id, p.text) for p in before]
    assert [m.paragraphs for m in after.memories(IDA)][2] == (f"{IDA}-s013",)
    kept = {m.paragraphs: m.content for m in old_memories}
    assert {k: v for k, v in {m.paragraphs: m.content for m in after.memories(IDA)}.items() if k in kept} == kept
    assert [
        q
        for q in (consistency_checks.check_ids, consistency_checks.check_references, consistency_checks.check_ages)
        if q(read_characters(after)[0]).problems
    ] == []


@pytest.mark.parametrize(("year", "place"), [(1980, 0), (1990, 0), (1991, 1), (1996, 6), (2025, 12)])
def test_an_experience_comes_behind_what_happened_up_to_its_year(out: Path, year: int, place: int) -> None:
    assert find_insertion_point(Library(out).story(IDA), year) == place


@given(st.lists(st.tuples(st.integers(1980, 2020), st.integers(0, 9)), max_size=12), st.integers(1975, 2025))
def test_an_experience_never_stands_before_an_earlier_chapter_or_behind_a_later_one(spans: list, year: int) -> None:
    story = [
        Paragraph(f"s{i}", "c", "", i, first, first + length, i, "Nothing is dated here.")
        for i, (first, length) in enumerate(sorted(spans), 1)
    ]
    place = find_insertion_point(story, year)
    assert all(p.first_year <= year for p in story[:place]) and all(p.first_year > year for p in story[place:])


REFUSED = [
    (["colour=blue"], [], "unknown attribute 'colour'"),
    (["name=Eva Holm"], [], "name cannot be changed, since the rest follows from it: make a new character"),
    (["age"], [], "--set 'age' is not KEY=VALUE"),
    (["age=old"], [], "age 'old' is no age"),
    (["age=17"], [], "an age of 17 on 2025-06-30 is not possible: characters are 18 to 100"),
    (["date_of_birth=4 March"], [], "date_of_birth '4 March' is no date: write YYYY-MM-DD"),
    (["age=30", "date_of_birth=1980-03-04"], [], "age and date_of_birth follow from each other: set one of the two"),
    (["gender=femal"], [], "unknown gender 'femal': did you mean 'female'?"),
    (["education=PhD"], [], "unknown education 'PhD'"),
    (["occupation=textile chemist"], [], "occupation 'textile chemist' needs 'bachelor's degree' or more"),
    (["long_term_goal=living without a car"], [], "does not go with"),
    (["age=70"], [], "occupation 'bus driver' fits ages"),
    (["hobbies=rowing, rowing, chess"], [], "hobbies would have 'rowing' twice"),
    (["hobbies=rowing"], [], "Ida Holm has too few hobbies for a core question (1 of 3)"),
    ([], ["family=big"], "--add family is not possible: only hobbies and short_term_goals are lists"),
    ([], ["hobby=rowing"], "hobbies would have 'rowing' twice"),
    (["hobbies=a, b, c"], ["hobby=d"], "hobbies is both set and added to"),
    (["hobbies=chess|rowing"], [], "--set hobbies leaves a choice, but a character has one value: give one; lists take commas"),
    ([], ["hobby=chess|rowing"], "--add hobbies leaves a choice"),
    (["age=45"], [], "nothing changes: Ida Holm is like that already"),
    ([], [], "nothing to change"),
]


@pytest.mark.parametrize(("sets", "adds", "sentence"), REFUSED, ids=[sentence[:40] for _, _, sentence in REFUSED])
def test_invalid_edits_are_refused_and_nothing_is_written(out: Path, sets: list[str], adds: list[str], sentence: str) -> None:
    before = files(out)
    with pytest.raises(UserError) as error:
        change(out, sets, adds)
    assert sentence in str(error.value)
    assert files(out) == before


def test_a_year_outside_the_life_is_refused(out: Path) -> None:
    with pytest.raises(UserError, match="--year 1950 is not in Ida Holm's life: give a year from 1980 to 2025"):
        change(out, text="Ida flew.", year=1950)
    with pytest.raises(UserError, match="--year goes with --experience"):
        change(out, ["age=46"], year=1999)


EDITS = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(["age=46", "age=44", "date_of_birth=1981-01-01", "occupation=baker", "gender=male",
              "family=high-income, blended family", "hobbies=pottery, knitting, rowing", "biography=Ida Holm lives in Vik."])),
    st.tuples(st.just("add"), st.sampled_from(["hobby=origami", "hobby=skiing", "short_term_goals=writing a will"])),
    st.tuples(st.just("experience"), st.sampled_from(["In 1993 Ida swam to Ro.", "Ida cut her hair. It was short.", "In 2001 Ida flew."])),
)  # fmt: skip


@given(st.lists(EDITS, min_size=1, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undoing_all_changes_restores_every_byte(whole: Path, tmp_path_factory: pytest.TempPathFactory, edits: list) -> None:
    out = Path(shutil.copytree(whole, tmp_path_factory.mktemp("edits") / "mine"))
    states = [files(out)]
    for kind, value in edits:
        try:
            change(out, **{"set": {"sets": [value]}, "add": {"adds": [value]}, "experience": {"text": value}}[kind])
        except UserError:
            assert files(out) == states[-1]
        else:
            assert read_characters(Library(out))[1] == []
            assert consistency_checks.check_references(read_characters(Library(out))[0]).problems == []
            states.append(files(out))
    for state in reversed(states[:-1]):
        EditHistory(out, IDA).undo()
        assert files(out) == state
    with pytest.raises(UserError, match="there is no change of ida-holm to undo"):
        EditHistory(out, IDA).undo()


def test_undo_refuses_to_lose_what_was_written_since(out: Path) -> None:
    change(out, ["occupation=baker"])
    path = out / "characters" / IDA / "profile.jsonl"
    path.write_text(path.read_text().replace("baker", "miller"))
    with pytest.raises(UserError, match="was changed after 'set occupation=baker', which can no longer be undone exactly"):
        EditHistory(out, IDA).undo()
    assert Library(out).character(IDA).occupation == "miller"


@pytest.mark.parametrize("fault", ["### Instruction", BackboneError("the server is gone")], ids=["rejected", "gone"])
def test_where_the_memory_fails_nothing_is_changed(out: Path, fault: str | BackboneError) -> None:
    before = files(out)
    backbone = ScriptedBackbone(lambda messages, generation: fault)
    writer = Writer(backbone)
    with pytest.raises((UserError, BackboneError)) as error:
        asyncio.run(apply_edit(lambda: writer, out, IDA, parse_request([], [], "In 1999 Ida sang.", None)))
    assert backbone.calls and files(out) == before
    assert "nothing is changed" in str(error.value) or "gone" in str(error.value)


def test_an_experience_without_a_story_is_refused(out: Path) -> None:
    (out / "characters" / IDA / "story.jsonl").unlink()
    with pytest.raises(UserError, match="ida-holm has no story to put an experience into"):
        change(out, text="In 1999 Ida sang.")
