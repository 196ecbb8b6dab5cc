"""A life up to a point in time: what is known, what no prompt may hold, and what a user is told where it cannot be done."""

from __future__ import annotations

import asyncio
import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.cli import main
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.library_as_of import LibraryAsOf
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.methods import METHODS
from human_simulacra.point_in_time import PointInTime
from human_simulacra.simulacrum import Simulacrum
from human_simulacra.stimuli import decision_stimulus
from human_simulacra.types import Paragraph, Stimulus
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone

WHOLE = Library()
WORD = re.compile(r"[^\W\d_]\w*(?:['’-]\w+)*")


def words(text: str) -> set[str]:
    return {re.sub(r"['’]s?$", "", word) for word in WORD.findall(text)}


def later_names(character: str, as_of: str) -> set[str]:
    """Proper names that stand in the story only after a point in time, and in no sentence of the biography before it."""
    known = {p.id for p in LibraryAsOf(WHOLE, as_of).story(character)}
    before, after = ([p.text for p in WHOLE.story(character) if (p.id in known) == early] for early in (True, False))
    person = LibraryAsOf(WHOLE, as_of).character(character)
    told = words(" ".join([*before, person.name, person.biography]))
    common = {word.casefold() for text in (*before, *after) for word in words(text) if word[0].islower()}
    names = set()
    for sentence in re.split(r"(?<=[.!?:;\"“”‘\n(])\s*", " ".join(after)):
        names |= {
            re.sub(r"['’]s?$", "", word)
            for word in WORD.findall(sentence)[1:]
            if word[0].isupper() and len(word) > 3 and word[:2] not in ("I'", "I’")
        }
    # Days, months and what one calls parents are no names of something later.
    plain = {datetime.date(2024, 1, day).strftime("%A") for day in range(1, 8)}
    plain |= {datetime.date(2024, month, 1).strftime("%B") for month in range(1, 13)} | {"Easter"}
    return {name for name in names - told if name.casefold() not in common and name.removesuffix("s") not in plain}


def cuts() -> Iterator[tuple[str, str]]:
    """Three points of each life: a year, a month and the moment before a paragraph."""
    for character in WHOLE.ids:
        story = WHOLE.story(character)
        early, middle = story[len(story) // 3], story[len(story) // 2]
        yield character, str(early.year)
        yield character, f"{middle.year}-{middle.month or 6:02d}"
        yield character, story[2 * len(story) // 3].id


@pytest.mark.parametrize("method", METHODS)
def test_nothing_later_reaches_any_prompt(method: str) -> None:
    for character, as_of in cuts():
        backbone = ScriptedBackbone(lambda messages, generation: "THOUGHTS: Well.\nFEELINGS: Calm.\n1, 2, 3")
        settings = MethodSettings(WHOLE, backbone, backbone, WordEmbedder(), max_tokens=32)
        stimulus = decision_stimulus("x", character, "You stand at a door.", ("Go in", "Go away"), as_of)
        reply = asyncio.run(Method(method, settings).respond(stimulus))
        said = "\n".join(message.content for messages, _ in backbone.calls for message in messages)
        own = reply.trace.persona in ("", character)
        if own:  # the control has another person's life, up to the same age
            assert not later_names(character, as_of) & words(said), (character, as_of)
        assert reply.trace.as_of == as_of


def test_age_work_family_goals_and_texts_are_those_of_the_time() -> None:
    now, then = WHOLE.character("kojo-darkwa"), LibraryAsOf(WHOLE, "2016").character("kojo-darkwa")
    assert (then.age, then.reference_date, then.name, then.traits) == (15, "2016-12-31", now.name, now.traits)
    assert then.occupation != now.occupation and then.long_term_goal != now.long_term_goal and then.family_now
    assert "2016" in then.biography and not re.search(r"201[7-9]|202\d", then.biography)
    story = LibraryAsOf(WHOLE, "2016").story("kojo-darkwa")
    assert story and all((p.end_year or 0) <= 2016 for p in story)
    ids = {p.id for p in story}
    memories = LibraryAsOf(WHOLE, "2016").memories("kojo-darkwa")
    assert memories and all(ids.issuperset(memory.paragraphs) for memory in memories)


def test_the_moment_before_a_paragraph_keeps_the_paragraphs_before_it() -> None:
    story = WHOLE.story("kojo-darkwa")
    moment = story[60]
    known = LibraryAsOf(WHOLE, moment.id).story("kojo-darkwa")
    assert moment.id not in {p.id for p in known} and story[59].id in {p.id for p in known}
    assert all(p.index < moment.index for p in known)


months = st.integers(1, 12) | st.none()


@given(year=st.integers(1990, 2010), month=months, end=st.integers(0, 3), end_month=months, at=st.integers(1990, 2013), of=months)
def test_a_paragraph_is_known_only_when_all_that_it_tells_is_over(
    year: int, month: int | None, end: int, end_month: int | None, at: int, of: int | None
) -> None:
    paragraph = Paragraph("p", "c", "One", 1, 1990, 2013, 1, "", year=year, month=month, end_year=year + end, end_month=end_month)
    # The last possible month of the paragraph is not after the last month of the point in time.
    assert PointInTime(at, of).knows(paragraph) == ((year + end, end_month or 12) <= (at, of or 12))


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("soon", "is no point in the life of 'kojo-darkwa': give a year such as 1999"),
        ("2016-13", "is no point in the life"),
        ("maren-oddleif-s010", "is no point in the life of 'kojo-darkwa'"),
        ("1999", "outside the life of 'kojo-darkwa', 2001-03-05 to 2025-06-30"),
        ("2025-07", "outside the life"),
    ],
)
def test_a_point_outside_the_life_is_refused(as_of: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        LibraryAsOf(WHOLE, as_of).character("kojo-darkwa")


def test_undated_data_is_refused_in_one_sentence_that_names_the_folder(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "ada-berg", "--data", str(data), "--as-of", "2000"]) == 2
    error = capsys.readouterr().err
    assert "'ada-berg' cannot be put at a point in time" in error and "profile_at.jsonl" in error and "Traceback" not in error
    assert str(data / "characters" / "ada-berg") in error


def test_a_model_of_today_ignores_the_time_of_the_rows() -> None:
    backbone = ScriptedBackbone("B")
    settings = MethodSettings(WHOLE, backbone, backbone, WordEmbedder(), max_tokens=32, as_of="today")
    reply = asyncio.run(Method("prompt", settings).respond(Stimulus("x", "kojo-darkwa", "Who are you?", "Who?", as_of="2016")))
    assert "Age: 24" in backbone.calls[0][0][0].content and reply.trace.as_of == ""


def test_the_control_knows_another_life_up_to_the_same_age() -> None:
    backbone = ScriptedBackbone("B")
    settings = MethodSettings(WHOLE, backbone, backbone, WordEmbedder(), max_tokens=32)
    for character in WHOLE.ids:
        backbone.calls.clear()
        year = str(int(WHOLE.character(character).date_of_birth[:4]) + 14)
        reply = asyncio.run(Method("shuffled", settings).respond(Stimulus("x", character, "Who?", "Who?", as_of=year)))
        assert reply.trace.persona != character and "Age: 14\n" in backbone.calls[0][0][0].content


def test_a_conversation_at_a_point_in_time_has_experiences_of_its_own(tmp_path: Path) -> None:
    backbone = ScriptedBackbone("I see.")
    settings = ChatSettings(WHOLE, backbone, "scripted", embedder=WordEmbedder())
    then = Conversation(settings, "kojo-darkwa", "prompt", as_of=2016)
    asyncio.run(then.say("What is on your mind?"))
    asyncio.run(then.remember())
    assert "Age: 15" in backbone.calls[0][0][0].content
    now = Conversation(settings, "kojo-darkwa", "prompt", experiences=then.experiences)
    assert then.experiences.of(then.experience_key) and not now.experiences.of(now.experience_key)
    saved = replace(then.transcript())
    assert saved.as_of == "2016" and now.transcript().as_of == ""


def test_the_library_interface_and_the_terminal_meet_the_person_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    person = Simulacrum.load("kojo-darkwa", backbone=ScriptedBackbone("Fine."), method="prompt", as_of="2016-10")
    assert person.character.age == 15 and person.chat("How are you?").trace.as_of == ""
    from human_simulacra.chat.slash_commands import TerminalSession

    session = TerminalSession(person.conversation.settings, person.conversation, person.conversation.experiences)
    assert session.command("/as-of 2010") == session.command("/as-of 2010") and ", 9, " in session.command("/as-of 2010")
    assert session.conversation.turns == [] and session.command("/as-of").endswith("24, electronics repair technician")
    with pytest.raises(UserError, match="outside the life"):
        session.command("/as-of 1980")


def test_a_profile_of_a_past_time_is_read_by_its_date(data: Path) -> None:
    character = Library(data).character("ada-berg")
    story = [
        Paragraph(
            f"ada-berg-s{i:03d}", "ada-berg", "One", 1, 1980, 2025, i, f"Part {i}.", year=1980 + 4 * i, end_year=1980 + 4 * i
        )
        for i in range(1, 9)
    ]
    folder = data / "characters" / "ada-berg"
    dated = [{"year": 1980, "text": character.biography}]
    write_jsonl(
        folder / "profile.jsonl",
        [json.loads(json.dumps(_row(replace(character, biography_dated=())))) | {"biography_dated": dated}],
    )
    write_jsonl(folder / "story.jsonl", [_row(p) for p in story])
    rows = [
        {"id": f"ada-berg-profile_at-{n}", "character": "ada-berg", "year": year, "month": None, "occupation": work,
         "education": "none", "family": "a mother", "hobbies": ["chess"], "short_term_goals": ["rest"], "long_term_goal": "a boat",
         "evidence": evidence}
        for n, (year, work, evidence) in enumerate([(1980, "child", []), (1996, "baker", ["ada-berg-s004"])])
    ]  # fmt: skip
    write_jsonl(folder / "profile_at.jsonl", rows)
    library = Library(data)
    works = {
        t: LibraryAsOf(library, t).character("ada-berg").occupation
        for t in ("1995", "1996", "2025", "ada-berg-s004", "ada-berg-s005")
    }
    assert works == {"1995": "child", "1996": "baker", "2025": "baker", "ada-berg-s004": "child", "ada-berg-s005": "baker"}


def _row(value: object) -> dict[str, object]:
    from dataclasses import asdict

    return json.loads(json.dumps(asdict(value)))  # type: ignore[call-overload]
