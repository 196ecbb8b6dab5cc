"""A character from a card, a biography or an interview: it can be chatted with, and what is missing is listed."""

from __future__ import annotations

import subprocess

import pytest

from human_simulacra import Simulacrum
from human_simulacra.library import Library
from tests.conftest import ScriptedBackbone
from tests.construction.importing.sources import BIOGRAPHY, BORN, ENTRIES, FIELDS, INTERVIEW, Tool, card, png
from tests.construction.tool_processes import command, load_tool


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


def test_a_book_with_its_entries_by_number_is_read(tool: Tool) -> None:
    entries = {
        "0": {"content": "Second.", "order": 9},
        "1": {"content": "First.", "order": 3, "constant": None},
        "2": {"content": "Off.", "disable": True},
    }
    status, printed, _ = tool(card(character_book={"entries": entries}), *BORN)
    assert status == 0 and "2 others in the story, 1 disabled left out" in printed
    assert tool.texts("mira-holt")[1:] == ["First.", "Second."]


def test_the_tool_ends_quietly_when_the_reader_of_its_output_has_left(tool: Tool) -> None:
    assert tool(card(), *BORN)[0] == 0
    for source, options in (("source.json", ["--name", "Mira Moe", *BORN]), ("none.json", [])):
        arguments = [tool.folder / source, "--out", tool.out, *options]
        with subprocess.Popen(
            command("import_character", *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.close()
            said = process.stderr.read()
        assert (process.returncode, said) == (141, "") if options else (process.returncode == 2 and "none.json" in said)


def test_the_nickname_of_a_v3_card_replaces_its_placeholder(tool: Tool) -> None:
    tool(card(3, nickname="Mi", description="{{CHAR}} and <USER>."), *BORN)
    mira = Library(tool.out).character("mira-holt")
    assert (mira.name, mira.biography) == ("Mira Holt", "Mi and the other person.")


def test_without_a_date_of_birth_nothing_is_written_and_all_that_is_missing_is_told(tool: Tool) -> None:
    status, printed, error = tool(card(), "--set", "age=35")
    assert status == 1 and "missing date_of_birth: --set date_of_birth=YYYY-MM-DD" in printed and "missing family" in printed
    assert error.startswith("error: nothing was written") and not tool.out.exists()
    assert tool(card(), *BORN)[0] == 0 and Library(tool.out).character("mira-holt").age == 35


@pytest.mark.parametrize(
    ("content", "suffix", "options", "words"),
    [
        ("{", ".json", (), "no JSON"),
        (b"\xff\xfe{}", ".json", (), "byte 1 is not UTF-8, save a text as UTF-8, a picture as PNG"),
        ("[1]", ".json", (), "no character card"),
        ({"data": 3, "spec": "chara_card_v2"}, ".json", (), "no character card"),
        (card(name={"a": 1}), ".json", (), "source.json: key 'name' must be a text, not {'a': 1}"),
        (card(1, name=5), ".json", (), "source.json: key 'name' must be a text, not 5"),
        (card(description=["a", "b"]), ".json", (), "source.json: key 'description' must be a text, not ['a', 'b']"),
        (card(character_book=[3]), ".json", (), "key 'character_book' must be a dict"),
        (card(character_book={"entries": "x"}), ".json", (), "key 'character_book.entries' must be a list"),
        (
            card(character_book={"entries": [{"content": "x"}, 3]}),
            ".json",
            (),
            "key 'character_book.entries[1]' must be a dict, not 3",
        ),
        (
            card(character_book={"entries": {"7": {"content": 5}}}),
            ".json",
            (),
            "'character_book.entries[0].content' must be a text, not 5",
        ),
        ({"spec": {}, "data": FIELDS}, ".json", (), "key 'spec' must be a text"),
        (card(description=None, personality=None), ".json", (), "there is nothing to import"),
        (card(name=""), ".json", (), "give --name"),
        (card(name=None), ".json", (), "give --name"),
        (card(description="", personality=" "), ".json", (), "there is nothing to import"),
        (png(), ".png", (), "no text chunk 'chara' or 'ccv3'"),
        (png(chara=3), ".png", (), "no character card"),
        (png(chara=card())[:153], ".png", (), "the card is cut off, damaged or no JSON"),
        (png(chara=card())[:154], ".png", (), "the card is cut off, damaged or no JSON"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", ".png", (), "byte 1 is not UTF-8, save a text as UTF-8, a picture as PNG"),
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
    assert "none.json: cannot be read" in capsys.readouterr().err
    assert tool(card(), *BORN)[0] == 0
    status, _, error = tool(card(description="Other."), *BORN)
    assert status == 2 and "is there already" in error and "keeps bees" in Library(tool.out).character("mira-holt").biography
