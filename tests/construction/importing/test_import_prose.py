"""A character from a biography or an interview: who it is, who answers, and what becomes of their words."""

from __future__ import annotations

import pytest

from human_simulacra import Simulacrum
from human_simulacra.library import Library
from tests.conftest import ScriptedBackbone
from tests.construction.importing.sources import BIOGRAPHY, BORN, INTERVIEW, Tool


def test_a_biography_becomes_biography_and_story(tool: Tool) -> None:
    assert tool(BIOGRAPHY, *BORN, suffix=".txt")[0] == 0
    biography = Library(tool.out).character("mira-holt").biography
    assert biography == "Mira Holt was born above Sund. She keeps bees.\n\nLater she moved to Vik."
    assert tool.texts("mira-holt") == biography.split("\n\n")


def test_a_long_biography_is_shortened_for_prompts_and_whole_in_the_story(tool: Tool) -> None:
    sentences = [f"In {1900 + n} she counted {n} hives on the hill." for n in range(200)]
    status, printed, _ = tool("Mira Holt kept bees. " + " ".join(sentences), *BORN, suffix=".txt")
    mira = Library(tool.out).character("mira-holt")
    assert status == 0 and len(mira.biography.split()) <= 900 and "the whole is in the story" in printed
    assert sentences[-1] not in mira.biography and sentences[-1] in " ".join(tool.texts("mira-holt"))
    Simulacrum.load("mira-holt", backbone=ScriptedBackbone("Aye."), data=tool.out)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# Mira Holt\n\nMira grew up in Vik.", "Mira Holt"),
        ("# Early Years\n\nMira Holt, a baker, grew up in Vik.", "Mira Holt"),
        ("# Early Years\n\nMira Holt was born in Vik. Years were hard.", "Mira Holt"),
        ("# Holt Family\n\nMira Holt was born in Vik.", "Mira Holt"),
        ("# Mira Holt\n\nIn winter, Mira was born.", "Mira Holt"),
        ("# Mira Holt\n\nNew York was cold when Mira was born.", ""),
        ("# Later Years\n\nLater she moved.", ""),
        ("# The life of a baker\n\nShe grew up in Vik.", ""),
        ("In March Mira Holt moved.", ""),
        ("mira holt was born in vik", ""),
    ],
)
def test_a_name_is_read_where_it_is_told_and_else_asked_for(tool: Tool, text: str, name: str) -> None:
    status, printed, error = tool(text, *BORN, suffix=".txt")
    if name:
        assert status == 0 and printed.startswith(name)
    else:
        assert status == 2 and "give --name" in error and not tool.out.exists()
        assert tool(text, *BORN, "--name", "Mira Holt", suffix=".txt")[0] == 0


def test_answers_become_the_story_with_the_question_where_they_need_it(tool: Tool) -> None:
    assert tool(INTERVIEW, *BORN, suffix=".txt")[0] == 0
    assert tool.texts("ole-dahl") == [
        'When I am asked "Where did you grow up?", I say: In Vik.',
        "I repaired engines at the yard for thirty years. What you have to remember: they were bigger then: at 6:30 we began.",
        'When I am asked "Do you miss it?", I say: Yes, every single day since I left the yard in spring.',
    ]


@pytest.mark.parametrize("options", [(), ("--name", "Ole Dahl", "--form", "interview")])
def test_a_single_answer_and_a_named_interviewer_are_read(tool: Tool, options: tuple[str, ...]) -> None:
    asks = "Kari Moe" if options else "Interviewer 1"
    text = f"{asks}: Where did you grow up?\nOle Dahl: In Vik, beside the yard where my father worked.\n"
    status, _, error = tool(text * 2 if options else text, *BORN, *options, suffix=".txt")
    assert (status, error) == (0, "")
    assert set(tool.texts("ole-dahl")) == {"In Vik, beside the yard where my father worked."}


def test_a_transcript_without_names_asks_for_one(tool: Tool) -> None:
    text = "**Q1:** Where did you grow up?\n**A1:** In Vik, beside the yard where my father worked.\nQ2: And?\nA2: \n"
    status, _, error = tool(text, *BORN, suffix=".txt")
    assert status == 2 and "give --name" in error
    assert tool(text, *BORN, "--name", "Ole Dahl", suffix=".txt")[0] == 0
    assert tool.texts("ole-dahl") == ["In Vik, beside the yard where my father worked."]


FAMILY = """Interviewer: Where were you born?
Ole: In Bergen, by the sea, in a small red house.
Kari: I was born in Oslo and I am his wife, a teacher for thirty years.
Interviewer: And later?
Ole: I went to sea for eleven years and I never regretted one.
"""


def test_another_speaker_is_left_out_and_named(tool: Tool) -> None:
    status, printed, _ = tool(FAMILY, *BORN, "--name", "Ole Dahl", suffix=".txt")
    assert status == 0 and "Kari: left out as another speaker" in printed
    assert tool.texts("ole-dahl") == [
        "In Bergen, by the sea, in a small red house.",
        "I went to sea for eleven years and I never regretted one.",
    ]
    assert tool(FAMILY, *BORN, "--name", "Kari Moe", suffix=".txt")[0] == 0
    assert tool.texts("kari-moe") == ["I was born in Oslo and I am his wife, a teacher for thirty years."]


PAIR = "Ole: Where were you born?\nKari: In Oslo.\nOle: And then?\nKari: I went to school there for eleven years.\n"


@pytest.mark.parametrize("options", [(), ("--form", "interview")])
@pytest.mark.parametrize("name", ["Kari", "kari", "Kari Dahl"])
def test_a_name_tells_who_answers_where_nobody_asks_by_role(tool: Tool, name: str, options: tuple[str, ...]) -> None:
    status, printed, _ = tool(PAIR, *BORN, "--name", name, *options, suffix=".txt")
    assert status == 0 and "read as interview" in printed
    assert tool.texts(name.lower().replace(" ", "-")) == [
        'When I am asked "Where were you born?", I say: In Oslo.',
        "I went to school there for eleven years.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [(PAIR, "give as --name one of Ole, Kari"), (PAIR.replace("Ole:", "Q:") + "Q: Ole?\nOle: Yes.\n", "(Kari, Ole)")],
)
def test_a_name_that_nobody_has_is_told_with_the_speakers(tool: Tool, text: str, words: str) -> None:
    status, _, error = tool(text, *BORN, "--name", "Mia Dahl", "--form", "interview", suffix=".txt")
    assert status == 2 and words in error and not tool.out.exists()


def test_a_removed_heading_leaves_one_blank_line(tool: Tool) -> None:
    assert tool("# Mira Holt\n\nMira was born in Vik.\n\n## Later\n\nShe moved.\n", *BORN, suffix=".md")[0] == 0
    assert Library(tool.out).character("mira-holt").biography == "Mira was born in Vik.\n\nShe moved."
