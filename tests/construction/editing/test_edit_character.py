"""Editing: dependent files are updated, invalid edits are refused, and undo restores every byte."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from human_simulacra.backbones.base import BackboneError
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.editing import EditHistory, EditResult, apply_edit, parse_request, resume_edit
from human_simulacra.construction.editing.experience_insertion import find_insertion_point
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.questions import QuestionOptions, generate_questions
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.persona import persona
from human_simulacra.types import QUESTION_TYPES, Generation, Message, Paragraph, Question
from human_simulacra.validation import consistency_checks
from human_simulacra.validation.located_rows import read_characters
from tests.conftest import ScriptedBackbone
from tests.construction.invented_characters import IDA, write_ida
from tests.construction.scripted_questions import answer


def remember(messages: Sequence[Message], generation: Generation) -> str:
    asked = messages[-1].content
    if "Write one question" in asked or "You are Ida Holm." in asked or "nothing is known" in asked:
        return answer(messages, generation)
    return f"I remember {asked.split('Ida')[-1].split()[0].strip('.,')} well."


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A character with story, memories and questions."""
    out = write_ida(tmp_path_factory.mktemp("whole") / "mine")
    writer = Writer(ScriptedBackbone(remember))
    asyncio.run(build_memories(writer, out, IDA))
    asyncio.run(generate_questions(writer, out, IDA, QuestionOptions(story=2)))
    return out


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "mine"))


def change(
    out: Path, sets: Sequence[str] = (), adds: Sequence[str] = (), text: str | None = None, year: int | None = None
) -> tuple[EditResult, ScriptedBackbone]:
    backbone = ScriptedBackbone(remember)
    return asyncio.run(apply_edit(lambda: Writer(backbone), out, IDA, parse_request(sets, adds, text, year))), backbone


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def question(out: Path, name: str) -> Question:
    library = Library(out)
    return next(q for kind in QUESTION_TYPES for q in library.questions(IDA, kind) if q.id == f"{IDA}-{name}")


def test_an_attribute_changes_profile_persona_and_keys_and_what_else_mentions_it_is_listed(out: Path) -> None:
    edited, backbone = change(out, ["occupation=Baker"])
    assert Library(out).character(IDA).occupation == "baker"
    assert "Work: baker" in persona(Library(out).character(IDA))
    assert question(out, "cloze-05").answer == ("baker",)
    assert backbone.calls == []
    told = [(flag.what, flag.why) for flag in edited.affected]
    assert ("biography", "it says what no longer holds: occupation 'bus driver'") in told
    assert ("biography", "it does not say: occupation 'baker'") in told
    rows = [json.loads(line) for line in (out / "making" / IDA / "for-review.jsonl").read_text().splitlines()]
    listed = [row for row in rows if row["tool"] == "edit_character"]
    assert len(listed) == len(edited.affected)
    assert any("became a bus driver" in row["text"] for row in listed)


def test_age_and_date_of_birth_stay_in_step(out: Path) -> None:
    change(out, ["age=47"])
    character = Library(out).character(IDA)
    assert (character.age, character.date_of_birth) == (47, "1978-03-04")
    assert question(out, "cloze-03").answer == ("47",) and question(out, "cloze-04").answer == ("1978-03-04",)
    assert consistency_checks.check_ages(read_characters(Library(out))[0]).problems == []
    change(out, ["date_of_birth=1990-12-24"])
    assert Library(out).character(IDA).age == 34


def test_paragraphs_memories_and_questions_that_mention_the_old_value_are_listed(out: Path) -> None:
    change(out, text="On 4 May 1999 Ida won a prize for archery, with a bow called Yew99.")
    edited, _ = change(out, ["hobbies=knitting, rowing, playing chess"])
    told = {(flag.what, flag.id) for flag in edited.affected}
    assert ("paragraph", f"{IDA}-s013") in told and ("biography", IDA) in told
    q = question(out, "multiple_choice-01")
    assert {q.options[int(i)] for i in q.answer} == {"knitting", "rowing", "playing chess"}
    assert "archery" not in {q.options[int(i)] for i in q.answer}


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
    edited, backbone = change(out, text=text)
    after = Library(out)
    story = after.story(IDA)
    assert [p.index for p in story] == list(range(1, 14))
    assert story[4].text == text and story[4].id == f"{IDA}-s013" and (story[4].first_year, story[4].last_year) == (1994, 1994)
    assert edited.new_paragraphs == (story[4],)
    assert [(p.id, p.text) for p in story if p.id != f"{IDA}-s013"] == [(p.id, p.text) for p in before]
    assert len(backbone.calls) == 4
    assert [m.paragraphs for m in after.memories(IDA)][2] == (f"{IDA}-s013",)
    kept = {m.paragraphs: m.content for m in old_memories}
    assert {k: v for k, v in {m.paragraphs: m.content for m in after.memories(IDA)}.items() if k in kept} == kept
    assert [
        q
        for q in (consistency_checks.check_ids, consistency_checks.check_references, consistency_checks.check_ages)
        if q(read_characters(after)[0]).problems
    ] == []


def test_an_experience_that_contradicts_the_profile_is_placed_and_listed(out: Path) -> None:
    edited, _ = change(out, text="In 1905 Ida Holm, a doctor, died and was buried. Ida had a doctorate.")
    assert [(flag.what, flag.id, flag.why) for flag in edited.affected] == [
        ("paragraph", f"{IDA}-s013", "it tells of Ida in 1905, before the birth in 1980"),
        ("paragraph", f"{IDA}-s013", "it says that Ida died, who lives"),
        ("paragraph", f"{IDA}-s013", "it gives Ida Holm a doctorate, but the education is high school"),
    ]


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
    (["name=Eva Holm"], [], "name cannot be changed (the id and every text follow from the name): make a new character"),
    (["age"], [], "--set 'age' is not KEY=VALUE"),
    (["age=old"], [], "age 'old' is no age"),
    (["age=17"], [], "an age of 17 on 2025-06-30 is not possible: characters are 18 to 100"),
    (["date_of_birth=4 March"], [], "date_of_birth '4 March' is no date: write YYYY-MM-DD"),
    (["age=30", "date_of_birth=1980-03-04"], [], "born 1980-03-04, the age on 2025-06-30 is 45, not 30: set one of the two"),
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
    writer = Writer(ScriptedBackbone(lambda messages, generation: fault))
    with pytest.raises((UserError, BackboneError)) as error:
        asyncio.run(apply_edit(lambda: writer, out, IDA, parse_request([], [], "In 1999 Ida sang.", None)))
    assert files(out) == before
    assert "nothing is changed" in str(error.value) or "gone" in str(error.value)


def test_a_change_that_was_killed_is_done_again_or_taken_back(out: Path) -> None:
    class Killed(BaseException):
        pass

    def dies(messages: Sequence[Message], generation: Generation) -> str:
        raise Killed

    def kill() -> None:
        with pytest.raises(Killed):
            request = parse_request(["occupation=baker"], [], "In 1999 Ida baked.", None)
            asyncio.run(apply_edit(lambda: Writer(ScriptedBackbone(dies)), out, IDA, request))

    before = files(out)
    kill()
    assert len(Library(out).story(IDA)) == 13
    with pytest.raises(UserError, match="was interrupted: do it again with --resume, or take it back with --undo"):
        change(out, ["age=46"])
    EditHistory(out, IDA).undo()
    assert files(out) == before
    kill()
    with pytest.raises(
        UserError, match=r"another change was interrupted \(set occupation=baker; experience: In 1999 Ida baked\.\)"
    ):
        asyncio.run(resume_edit(lambda: Writer(ScriptedBackbone(remember)), out, IDA, parse_request(["age=46"], [], None, None)))
    asyncio.run(resume_edit(lambda: Writer(ScriptedBackbone(remember)), out, IDA))
    assert len(Library(out).memories(IDA)) == 7 and Library(out).character(IDA).occupation == "baker"
    EditHistory(out, IDA).undo()
    assert files(out) == before
    with pytest.raises(UserError, match="there is nothing to resume"):
        asyncio.run(resume_edit(lambda: Writer(ScriptedBackbone(remember)), out, IDA))


def test_an_experience_without_a_story_is_refused(out: Path) -> None:
    (out / "characters" / IDA / "story.jsonl").unlink()
    with pytest.raises(UserError, match="ida-holm has no story to put an experience into"):
        change(out, text="In 1999 Ida sang.")


def test_a_question_that_nobody_could_answer_is_listed_where_the_experience_answers_it(out: Path) -> None:
    path = out / "characters" / IDA / "open_detail.jsonl"
    row = json.loads(path.read_text().splitlines()[0])
    edited, _ = change(out, text=f"Somebody asked Ida: {row['question']} She looked, and told it.", year=2001)
    assert [(flag.what, flag.id) for flag in edited.affected] == [("question", row["id"])]
