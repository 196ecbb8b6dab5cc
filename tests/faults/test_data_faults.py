"""Data folders that cannot be used are refused in one sentence with file, line and key, and never crash the validator."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from tests.conftest import write_character
from tests.faults.fault import Fault, each
from tests.run_config import ROOT

Change = Callable[[Path], object]  # makes the fault in the folder `characters/ada-berg`
KEY, LINE = "ada-berg", "not a JSON object"


def row(file: str, line: int = 1, **fields: Any) -> Change:
    """Sets fields of a row; `...` removes one."""

    def change(folder: Path) -> None:
        lines = (folder / file).read_text().splitlines()
        values = {**json.loads(lines[line - 1]), **fields}
        lines[line - 1] = json.dumps({key: value for key, value in values.items() if value is not ...})
        (folder / file).write_text("\n".join(lines) + "\n")

    return change


def text(file: str, line: int, content: str | bytes) -> Change:
    """Replaces a line."""

    def change(folder: Path) -> None:
        lines = (folder / file).read_bytes().splitlines()
        lines[line - 1] = content if isinstance(content, bytes) else content.encode()
        (folder / file).write_bytes(b"\n".join(lines) + b"\n")

    return change


def whole(file: str, content: bytes) -> Change:
    """Replaces a file."""
    return lambda folder: (folder / file).write_bytes(content)


def added(file: str, **fields: Any) -> Change:
    """Writes a file of one row."""
    return lambda folder: (folder / file).write_text(json.dumps({"character": KEY, **fields}) + "\n")


def folder_instead(file: str) -> Change:
    """Replaces a file by a folder."""

    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return change


def loop_instead(file: str) -> Change:
    """Replaces a file by a symbolic link to itself."""

    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).symlink_to(file)

    return change


QUESTION = {"evidence": [], "why": "w", "question": "Q?"}
DECISION = {
    "id": "ada-berg-d1", "moment": "ada-berg-s002", "situation": "Go?", "options": ["a", "b"], "answer": 0, "why": "w",
    "evidence": ["ada-berg-s002"], "kind": "work",
}  # fmt: skip
GROWTH = {"id": "ada-berg-g1", "question": "Q?", "options": ["a", "b"], "at": [{"as_of": "1999", "answer": 0, "evidence": []}]}
TURN = {
    "id": "ada-berg-i1",
    "theme": "t",
    "turn": 2,
    "question": "Q?",
    "returns_to": 1,
    "accepted": ["a"],
    "fact": "a",
    "evidence": [],
}
SCENE = {"id": "ada-berg-x1", "title": "t", "where": "w", "when": "w", "year": 1999, "others": ["Bo"], "never_says": [], "evidence": [],
         "turns": [{"speaker": "Ada", "text": "Hi.", "thought": ""}]}  # fmt: skip
PROFILE_AT = {
    "id": "ada-berg-p1", "year": 1999, "month": 5, "occupation": "baker", "education": "none", "family": "f", "hobbies": [],
    "short_term_goals": [], "long_term_goal": "g", "evidence": [],
}  # fmt: skip

FILES = [
    Fault("invalid UTF-8", text("story.jsonl", 2, b'{"text": "\xff\xfe"}'), "story.jsonl, line 2: byte 11 is not UTF-8"),
    Fault(
        "Latin-1", text("profile.jsonl", 1, '{"name": "Änne"}'.encode("latin-1")), "profile.jsonl, line 1: byte 11 is not UTF-8"
    ),
    Fault("UTF-16", whole("story.jsonl", "{}\n".encode("utf-16")), "story.jsonl, line 1: byte 1 is not UTF-8"),
    Fault("a byte order mark", whole("story.jsonl", b"\xef\xbb\xbf{}\n"), "story.jsonl, line 1: begins with a byte order mark"),
    Fault("a NUL byte", text("story.jsonl", 3, b'{"id": "a\x00"}'), f"story.jsonl, line 3: {LINE}"),
    Fault("only NUL bytes", whole("memories.jsonl", b"\x00" * 64), f"memories.jsonl, line 1: {LINE}"),
    Fault("a line is null", text("story.jsonl", 2, "null"), f"story.jsonl, line 2: {LINE}"),
    Fault("a line is a list", text("story.jsonl", 2, "[1, 2]"), f"story.jsonl, line 2: {LINE}"),
    Fault("a line is a number", text("story.jsonl", 2, "17"), f"story.jsonl, line 2: {LINE}"),
    Fault("a line is a text", text("cloze.jsonl", 1, '"words"'), f"cloze.jsonl, line 1: {LINE}"),
    Fault("a line is empty", text("story.jsonl", 2, ""), f"story.jsonl, line 2: {LINE}"),
    Fault("a line is cut off", text("story.jsonl", 2, '{"id": "x",'), f"story.jsonl, line 2: {LINE}"),
    Fault("two rows on a line", text("story.jsonl", 2, "{}, {}"), "story.jsonl, line 2: "),
    Fault("a bracket closes too early", text("story.jsonl", 2, "{}]"), f"story.jsonl, line 2: {LINE}"),
    Fault("single quotes", text("story.jsonl", 2, "{'id': 'x'}"), f"story.jsonl, line 2: {LINE}"),
    Fault("a conflict's mark", text("story.jsonl", 2, "<<<<<<< HEAD"), f"story.jsonl, line 2: {LINE}"),
    Fault("a deep line", text("story.jsonl", 2, "[" * 100_000), f"story.jsonl, line 2: {LINE}"),
    Fault("a deep object", text("story.jsonl", 2, '{"a":' * 50_000), f"story.jsonl, line 2: {LINE}"),
    Fault("half a surrogate", text("story.jsonl", 2, '{"id": "\\ud800"}'), f"story.jsonl, line 2: {LINE}"),
    Fault("an empty profile", whole("profile.jsonl", b""), "profile.jsonl must contain one line"),
    Fault("an empty story", whole("story.jsonl", b""), "names paragraph 'ada-berg-s001', which story.jsonl lacks"),
    Fault("a folder instead of the story", folder_instead("story.jsonl"), "story.jsonl cannot be read (Is a directory)"),
    Fault("a folder instead of the profile", folder_instead("profile.jsonl"), "profile.jsonl cannot be read (Is a directory)"),
    Fault(
        "a link to itself", loop_instead("memories.jsonl"), "memories.jsonl cannot be read (Too many levels of symbolic links)"
    ),
    Fault("a profile that links to itself", loop_instead("profile.jsonl"), "profile.jsonl cannot be read (Too many levels"),
    Fault("a folder that links to itself", lambda f: (shutil.rmtree(f), f.symlink_to(f.name)), "profile.jsonl cannot be read"),
    Fault("the story is gone", lambda f: (f / "story.jsonl").unlink(), "story.jsonl is missing"),
    Fault(
        "the memories link nowhere",
        lambda f: ((f / "memories.jsonl").unlink(), (f / "memories.jsonl").symlink_to("x")),
        "memories.jsonl is missing",
    ),
    Fault(
        "two profiles", lambda f: (f / "profile.jsonl").write_text((f / "profile.jsonl").read_text() * 2), "profile.jsonl, line 2"
    ),
]
ROWS = [
    Fault(
        "age below 0",
        row("profile.jsonl", age=-3),
        "profile.jsonl, line 1: key 'age' must be a whole number of at least 0, not -3",
    ),
    Fault("age is a text", row("profile.jsonl", age="45"), "key 'age' must be a whole number of at least 0, not '45'"),
    Fault("age is a truth value", row("profile.jsonl", age=True), "key 'age' must be a whole number of at least 0, not True"),
    Fault("age is a fraction", row("profile.jsonl", age=45.5), "key 'age' must be a whole number of at least 0, not 45.5"),
    Fault("age is huge", row("profile.jsonl", age=10**400), "key 'age' must be a whole number of at least 0"),
    Fault("age is null", row("profile.jsonl", age=None), "key 'age' must be a whole number of at least 0, not None"),
    Fault(
        "the birth date is in words", row("profile.jsonl", date_of_birth="4 March 1980"), "'date_of_birth' must be a date as YYYY"
    ),
    Fault("the birth date does not exist", row("profile.jsonl", date_of_birth="1980-02-30"), "'date_of_birth' must be a date as"),
    Fault(
        "the reference date is empty", row("profile.jsonl", reference_date=""), "'reference_date' must be a date as YYYY-MM-DD"
    ),
    Fault(
        "a date without hyphens", row("profile.jsonl", date_of_birth="19800304"), "'date_of_birth' must be a date as YYYY-MM-DD"
    ),
    Fault("hobbies are a text", row("profile.jsonl", hobbies="chess"), "key 'hobbies' must be a list, not 'chess'"),
    Fault("a hobby is a number", row("profile.jsonl", hobbies=[1]), "key 'hobbies[0]' must be a text, not 1"),
    Fault("a function is unknown", row("profile.jsonl", functions=["Xi"]), "key 'functions[0]' must be one of Ne, Ni, Se"),
    Fault("a function is there twice", row("profile.jsonl", functions=["Si", "Si"]), "'functions' must be distinct functions"),
    Fault(
        "a trait's rank",
        row("profile.jsonl", traits=[{"function": "Si", "rank": 9, "text": "t"}]),
        "key 'traits[0].rank' must be",
    ),
    Fault(
        "a trait's key",
        row("profile.jsonl", traits=[{"funktion": "Si"}]),
        "key of traits[0] 'funktion': did you mean 'function'?",
    ),
    Fault("the name is blank", row("profile.jsonl", name="  "), "key 'name' must be a text that is not empty, not '  '"),
    Fault(
        "the id is another's", row("profile.jsonl", id="bo-crane"), "profile.jsonl must contain one line, the character with id"
    ),
    Fault("a key is gone", row("story.jsonl", 2, text=...), "story.jsonl, line 2: key 'text' is missing"),
    Fault("a key is misspelt", row("story.jsonl", 2, txt="a"), "story.jsonl, line 2: unknown key 'txt': did you mean 'text'?"),
    Fault(
        "an id is empty", row("story.jsonl", 2, id=""), "story.jsonl, line 2: key 'id' must be a text that is not empty, not ''"
    ),
    Fault("a text is empty", row("story.jsonl", 2, text=""), "story.jsonl, line 2: key 'text' is blank"),
    Fault("an index is 0", row("story.jsonl", 2, index=0), "key 'index' must be a whole number of at least 1, not 0"),
    Fault("a year is no number", text("story.jsonl", 1, '{"first_year": NaN}'), "story.jsonl, line 1: "),
    Fault("a year has five digits", row("story.jsonl", 1, last_year=20250), "key 'last_year' must be a whole number"),
    Fault(
        "a month is 13",
        row("story.jsonl", 1, month=13),
        "'month' must be a whole number of at least 1 and at most 12 or None, not 13",
    ),
    Fault("an age of a paragraph is below 0", row("story.jsonl", 1, age=-1), "key 'age' must be"),
    Fault("paragraphs are a text", row("memories.jsonl", 1, paragraphs="ada-berg-s001"), "key 'paragraphs' must be a list"),
    Fault("a summary is null", row("memories.jsonl", 1, summary=None), "key 'summary' must be a text, not None"),
    Fault(
        "the key is out of range", row("single_choice.jsonl", answer=[4]), "answer [4] is no position in 4 options: give 0 to 3"
    ),
    Fault("the key is below 0", row("single_choice.jsonl", answer=[-1]), "answer [-1] is no position in 4 options"),
    Fault("the key is a letter", row("single_choice.jsonl", answer=["A"]), "answer ['A'] is no position in 4 options"),
    Fault("the key is mixed", row("multiple_choice.jsonl", answer=[0, "B"]), "multiple_choice.jsonl, line 1: key 'answer"),
    Fault("the key is a number", row("single_choice.jsonl", answer=0), "key 'answer' must be a list, not 0"),
    Fault(
        "two answers of a single choice", row("single_choice.jsonl", answer=[0, 1]), "has one answer, not 2: keep one position"
    ),
    Fault("an answer twice", row("multiple_choice.jsonl", answer=[0, 0]), "answer [0, 0] names a position twice"),
    Fault("no answer", row("multiple_choice.jsonl", answer=[]), "there is no answer: give the position of the right option"),
    Fault("one option", row("single_choice.jsonl", options=["a"], answer=[0]), "a choice needs two or more options, not 1"),
    Fault("no options", row("single_choice.jsonl", options=[]), "a choice needs two or more options, not 0"),
    Fault("two options are one", row("single_choice.jsonl", options=["a", "A ", "b"], answer=[0]), "two options are the same"),
    Fault("an option is blank", row("single_choice.jsonl", options=["a", " ", "b"], answer=[0]), "an option is empty"),
    Fault("an option is a number", row("single_choice.jsonl", options=["a", 2]), "key 'options[1]' must be a text, not 2"),
    Fault("a cloze without an answer", row("cloze.jsonl", 2, answer=[]), "cloze.jsonl, line 2: there is no answer"),
    Fault("a cloze with positions", row("cloze.jsonl", 2, answer=[0]), "there is no answer: give the accepted texts"),
    Fault("a cloze with options", row("cloze.jsonl", 2, options=["a", "b"]), "a cloze question has no options: leave them empty"),
    Fault("an accepted answer is blank", row("cloze.jsonl", 2, answer=[" "]), "cloze.jsonl, line 2: key 'answer[0]' must be"),
    Fault("the type is unknown", row("cloze.jsonl", 1, type="close"), "unknown type 'close': did you mean 'cloze'?"),
    Fault("core is a number", row("cloze.jsonl", 1, core=1), "key 'core' must be True or False, not 1"),
    Fault(
        "a share above 1", row("cloze.jsonl", 1, blind=1.5), "key 'blind' must be a number of at least 0 and at most 1 or None"
    ),
    Fault("a share is infinite", text("cloze.jsonl", 1, '{"blind": Infinity}'), "cloze.jsonl, line 1: "),
    Fault("readers below 0", row("cloze.jsonl", 1, blind_readers=-1), "key 'blind_readers' must be a whole number of at least 0"),
    Fault(
        "a right option is explained",
        row("single_choice.jsonl", why_wrong=[{"option": 0, "why": "w", "evidence": []}]),
        "why_wrong",
    ),
    Fault("a decision's key", added("decisions.jsonl", **{**DECISION, "answer": 2}), "answer [2] is no position in 2 options"),
    Fault(
        "a decision's kind",
        added("decisions.jsonl", **{**DECISION, "kind": "luck"}),
        "decisions.jsonl, line 1: unknown kind 'luck'",
    ),
    Fault("an attitude's key", added("growth.jsonl", **{**GROWTH, "at": [{**GROWTH["at"][0], "answer": 5}]}), "answer [5] is no"),
    Fault("an attitude at no time", added("growth.jsonl", **{**GROWTH, "at": []}), "'at' needs the right option at one or more"),
    Fault(
        "an attitude twice at a time", added("growth.jsonl", **{**GROWTH, "at": GROWTH["at"] * 2}), "'at' needs the right option"
    ),
    Fault(
        "a turn returns to itself",
        added("interrogation.jsonl", **{**TURN, "returns_to": 2}),
        "returns_to 2 is no turn before turn 2",
    ),
    Fault("a turn has no answer", added("interrogation.jsonl", **{**TURN, "accepted": []}), "accepted has no answer"),
    Fault(
        "a scene's line is blank",
        added("dialogues.jsonl", **{**SCENE, "turns": [{**SCENE["turns"][0], "text": ""}]}),
        "'turns[0].text'",
    ),
    Fault(
        "a profile's month is 0",
        added("profile_at.jsonl", **{**PROFILE_AT, "month": 0}),
        "profile_at.jsonl, line 1: key 'month' must",
    ),
    Fault("an unanswerable kind", added("unanswerable.jsonl", id="u", kind="x", **QUESTION), "line 1: unknown kind 'x'"),
]
REFERENCES = [
    Fault(
        "a paragraph's id twice",
        row("story.jsonl", 3, id="ada-berg-s001"),
        "story.jsonl, line 3: key 'id' is 'ada-berg-s001', which",
    ),
    Fault(
        "a memory's id twice", row("memories.jsonl", 2, id="ada-berg-m001"), "memories.jsonl, line 2: key 'id' is 'ada-berg-m001'"
    ),
    Fault("a question's id twice", row("cloze.jsonl", 2, id="ada-berg-cloze-01"), "cloze.jsonl, line 2: key 'id' is"),
    Fault(
        "another's paragraph",
        row("story.jsonl", 3, character="bo-crane"),
        "line 3: key 'character' is 'bo-crane', but its folder is",
    ),
    Fault(
        "another's question", row("cloze.jsonl", 2, character="bo-crane"), "cloze.jsonl, line 2: key 'character' is 'bo-crane'"
    ),
    Fault(
        "a question of another type",
        row("cloze.jsonl", 2, type="single_choice", options=["a", "b"], answer=[0]),
        "move the row to",
    ),
    Fault(
        "evidence that is nowhere",
        row("cloze.jsonl", 2, evidence=["ada-berg-s999"]),
        "key 'evidence' names paragraph 'ada-berg-s999'",
    ),
    Fault(
        "evidence of another",
        row("cloze.jsonl", 2, evidence=["bo-crane-s001"]),
        "names paragraph 'bo-crane-s001', which story.jsonl",
    ),
    Fault(
        "a memory of nothing",
        row("memories.jsonl", 2, paragraphs=["x"]),
        "memories.jsonl, line 2: key 'paragraphs' names paragraph",
    ),
    Fault(
        "a decision's evidence",
        added("decisions.jsonl", **{**DECISION, "evidence": ["x"]}),
        "decisions.jsonl, line 1: key 'evidence'",
    ),
    Fault(
        "a detail's evidence",
        added("open_detail.jsonl", id="ada-berg-o1", **{**QUESTION, "evidence": ["x"]}),
        "open_detail.jsonl, line 1",
    ),
    Fault(
        "a scene's evidence", added("dialogues.jsonl", **{**SCENE, "evidence": ["x"]}), "dialogues.jsonl, line 1: key 'evidence'"
    ),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of two characters."""
    folder = tmp_path_factory.mktemp("sound")
    for name, year in (("Ada Berg", 1980), ("Bo Crane", 1985)):
        write_character(folder, name, year)
    return folder


@pytest.fixture(scope="module")
def validate() -> Callable[[list[str]], int]:
    """The validator's command."""
    spec = importlib.util.spec_from_file_location("validate_dataset", ROOT / "tools" / "validate_dataset.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


def check_all(folder: Path) -> None:
    library = Library(folder)
    for character in library.ids:
        library.check(character)


def test_the_folder_of_these_tests_is_sound(sound: Path, validate: Callable[[list[str]], int]) -> None:
    check_all(sound)
    assert validate([str(sound), "--sound"]) == 0


def test_lines_that_end_as_on_windows_are_read(sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "data")
    path = folder / "characters" / KEY / "story.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert Library(folder).story(KEY) == Library(sound).story(KEY)


@each([*FILES, *ROWS, *REFERENCES])
def test_a_broken_folder_is_refused_by_a_run_and_by_the_validator(
    sound: Path, tmp_path: Path, validate: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    folder = shutil.copytree(sound, tmp_path / "data")
    fault.given(folder / "characters" / KEY)
    with pytest.raises(UserError) as caught:
        check_all(folder)
    assert fault.expected in str(caught.value) and "\n" not in str(caught.value)
    assert f"{folder}/characters/{KEY}/" in str(caught.value)
    assert validate([str(folder), "--sound"]) == 1
    assert f"{folder}/characters/{KEY}/" in capsys.readouterr().out


SHARED = [
    Fault("no characters", lambda f: shutil.rmtree(f / "characters"), "which is not a data folder"),
    Fault(
        "an empty folder of characters", lambda f: (shutil.rmtree(f / "characters"), (f / "characters").mkdir()), "no character"
    ),
    Fault(
        "characters are a file",
        lambda f: (shutil.rmtree(f / "characters"), (f / "characters").write_text("")),
        "not a data folder",
    ),
]


@each(SHARED)
def test_a_folder_without_characters_is_refused(
    sound: Path, tmp_path: Path, validate: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    folder = shutil.copytree(sound, tmp_path / "data")
    fault.given(folder)
    with pytest.raises(UserError, match=fault.expected):
        check_all(folder)
    assert validate([str(folder)]) == 2 and fault.expected in capsys.readouterr().err
