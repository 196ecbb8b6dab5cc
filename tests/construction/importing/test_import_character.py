"""A character from a card, a biography or an interview: it can be chatted with, and what is missing is listed."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from human_simulacra import Simulacrum
from human_simulacra.library import Library
from tests.conftest import ScriptedBackbone
from tests.construction.tool_processes import load_tool

BORN = ("--set", "date_of_birth=1990-02-03")
BIOGRAPHY = "# Mira Holt\n\nMira Holt was born above Sund. She keeps bees.\n\nLater she moved to Vik.\n"
INTERVIEW = """Interviewer: Where did you grow up?
Ole Dahl: In Vik.

Interviewer: And your work?
Ole Dahl: I repaired engines at the yard for thirty years.
Remember: they were bigger then.

Interviewer: Do you miss it?
Ole Dahl: Yes, every single day since I left the yard in spring.
"""
ENTRIES = [
    {"keys": ["flood"], "content": "@@depth 4\n{{char}} lost a hive in the flood.", "enabled": True, "insertion_order": 2},
    {"keys": ["hill"], "content": "The hill is called Kollen.", "enabled": True, "insertion_order": 1, "extensions": {}},
    {"keys": ["off"], "content": "Kollen burned.", "enabled": False, "insertion_order": 3},
    {"keys": [], "content": "{{char}} is deaf in one ear.", "enabled": True, "insertion_order": 4, "constant": True},
]
FIELDS: dict[str, Any] = {
    "name": "Mira Holt", "description": "{{char}} keeps bees.{{// a note}}\r\nShe trusts {{user}} little.", "personality": "Stubborn. Kind.",
    "scenario": "A shed.", "first_mes": "Hello {{user}}", "mes_example": "<START>", "alternate_greetings": [], "tags": ["bees"],
    "creator_notes": None,
}  # fmt: skip


def card(version: int = 2, **fields: Any) -> dict[str, Any]:
    data = {**FIELDS, **fields}
    return data if version == 1 else {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": data}


def png(**chunks: object) -> bytes:
    """Returns a picture of one pixel with cards in text chunks."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    texts = [chunk(b"tEXt", key.encode() + b"\0" + base64.b64encode(json.dumps(value).encode())) for key, value in chunks.items()]
    pixel = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + pixel + b"".join(texts) + chunk(b"IEND", b"")


class Tool:
    """The tool on a source in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.out, self._capsys = folder, folder / "mine", capsys

    def __call__(self, content: object, *options: str, suffix: str = ".json") -> tuple[int, str, str]:
        """Returns exit status, output and errors."""
        source = self.folder / f"source{suffix}"
        data = content if isinstance(content, bytes | str) else json.dumps(content)
        source.write_bytes(data.encode() if isinstance(data, str) else data)
        status = load_tool("import_character").main([str(source), "--out", str(self.out), *options])
        printed = self._capsys.readouterr()
        return status, printed.out, printed.err

    def texts(self, who: str) -> list[str]:
        return [paragraph.text for paragraph in Library(self.out).story(who)]


@pytest.fixture
def tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


def test_each_part_of_a_card_goes_where_the_tool_says(tool: Tool) -> None:
    status, printed, _ = tool(card(character_book={"entries": ENTRIES}), *BORN, "--set", "hobbies=chess, rowing")
    mira = Library(tool.out).character("mira-holt")
    assert status == 0 and (mira.name, mira.date_of_birth, mira.hobbies) == ("Mira Holt", "1990-02-03", ("chess", "rowing"))
    assert mira.biography == "Mira Holt keeps bees.\nShe trusts the other person little.\n\nMira Holt is deaf in one ear."
    assert [trait.text for trait in mira.traits] == ["Stubborn.", "Kind."]
    assert tool.texts("mira-holt")[2:] == ["The hill is called Kollen.", "Mira Holt lost a hive in the flood."]
    for words in (
        "scenario: left out",
        "first_mes: left out",
        "1 constant entries",
        "2 others",
        "1 disabled left out",
        "missing gender",
    ):
        assert words in printed
    assert "creator_notes" not in printed and "alternate_greetings" not in printed and "missing hobbies" not in printed


@pytest.mark.parametrize(
    ("content", "suffix", "method"),
    [
        (card(1), ".json", "macm"),
        (card(2), ".json", "rag"),
        (card(3), ".json", "macm"),
        (png(chara=card()), ".png", "macm"),
        (png(chara=card(name="Old Name"), ccv3=card(3)), ".png", "macm"),
        (BIOGRAPHY, ".md", "macm"),
        (BIOGRAPHY.split("\n\n", 1)[1], ".txt", "macm"),
        (INTERVIEW.replace("Ole Dahl", "Mira Holt").replace("\n", "\r\n"), ".txt", "macm"),
    ],
)
def test_an_imported_character_can_be_chatted_with(tool: Tool, content: object, suffix: str, method: str) -> None:
    status, printed, _ = tool(content, *BORN, suffix=suffix)
    assert status == 0 and f"human-simulacra chat mira-holt --data {tool.out}" in printed
    Library(tool.out).check("mira-holt")
    mira = Simulacrum.load("mira-holt", backbone=ScriptedBackbone("In Vik."), data=tool.out, method=method)
    assert str(mira.chat("Where did you grow up?")) == "In Vik."


def test_the_nickname_of_a_v3_card_replaces_its_placeholder(tool: Tool) -> None:
    tool(card(3, nickname="Mi", description="{{CHAR}} and <USER>."), *BORN)
    mira = Library(tool.out).character("mira-holt")
    assert (mira.name, mira.biography) == ("Mira Holt", "Mi and the other person.")


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
        "I repaired engines at the yard for thirty years. Remember: they were bigger then.",
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


def test_without_a_date_of_birth_nothing_is_written_and_all_that_is_missing_is_told(tool: Tool) -> None:
    status, printed, error = tool(card(), "--set", "age=35")
    assert status == 1 and "missing date_of_birth: --set date_of_birth=YYYY-MM-DD" in printed and "missing family" in printed
    assert error.startswith("error: nothing was written") and not tool.out.exists()
    assert tool(card(), *BORN)[0] == 0 and Library(tool.out).character("mira-holt").age == 35


@pytest.mark.parametrize(
    ("content", "suffix", "options", "words"),
    [
        ("{", ".json", (), "it is no JSON"),
        (b"\xff\xfe{}", ".json", (), "it is no JSON"),
        ("[1]", ".json", (), "no character card"),
        ({"data": 3, "spec": "chara_card_v2"}, ".json", (), "no character card"),
        (card(description=[], personality=None, character_book=[3]), ".json", (), "there is nothing to import"),
        (card(name=""), ".json", (), "give --name"),
        (card(name=None), ".json", (), "give --name"),
        (card(description="", personality=" "), ".json", (), "there is nothing to import"),
        (png(), ".png", (), "no text chunk 'chara' or 'ccv3'"),
        (png(chara=3), ".png", (), "no character card"),
        (b"\x89PNG\r\n\x1a\n\0\0", ".png", (), "no text chunk 'chara' or 'ccv3'"),
        (" \n", ".txt", (), "the text is empty"),
        ("# Mira Holt\n", ".md", (), "the text is empty"),
        (b"Mira Holt \xe4", ".txt", (), "byte 11 is not UTF-8"),
        (png(), ".txt", (), "byte 1 is not UTF-8"),
        ("Mira Holt", ".pdf", (), "give --form card, biography or interview"),
        (BIOGRAPHY, ".txt", ("--form", "interview"), "no questions and answers found"),
        ("Q: Where?\nA:\n", ".txt", ("--name", "Ole Dahl"), "answers nothing"),
        (card(), ".json", ("--name", "桜"), "no id can be made"),
        (card(), ".json", ("--set", "age=30-40"), "--set age leaves a choice"),
        (card(), ".json", ("--set", "occupation=baker|smith"), "--set occupation leaves a choice"),
        (card(), ".json", ("--set", "date_of_birth=3 May"), "is no date: write YYYY-MM-DD"),
        (card(), ".json", ("--set", "date_of_birth=2200-01-01"), "correct --set date_of_birth"),
        (card(), ".json", (*BORN, "--set", "age=20"), "correct --set date_of_birth"),
        (card(), ".json", ("--set", "colour=red"), "unknown attribute 'colour'"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_sentence(
    tool: Tool, content: object, suffix: str, options: tuple[str, ...], words: str
) -> None:
    status, printed, error = tool(content, *options, suffix=suffix)
    assert (status, printed) == (2, "") and error.startswith("error: ") and error.count("\n") == 1 and words in error
    assert not tool.out.exists()


def test_a_missing_file_and_an_existing_character_are_refused(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    assert load_tool("import_character").main([str(tool.folder / "none.json"), "--out", str(tool.out)]) == 2
    assert "none.json cannot be read" in capsys.readouterr().err
    assert tool(card(), *BORN)[0] == 0
    status, _, error = tool(card(description="Other."), *BORN)
    assert status == 2 and "is there already" in error and "keeps bees" in Library(tool.out).character("mira-holt").biography
