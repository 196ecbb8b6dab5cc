"""Reading a data folder, and what a user is told when it is broken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from human_simulacra.errors import UserError
from human_simulacra.library import Library, data_path


def test_a_character_is_read_whole_and_in_order(library: Library) -> None:
    assert library.ids == ("ada-berg", "bo-crane", "cy-dahl")
    assert library.character("ada-berg").traits[0].function == "Si"
    assert [p.index for p in library.story("ada-berg")] == list(range(1, 13))
    assert library.memories("ada-berg")[0].paragraphs == ("ada-berg-s001", "ada-berg-s002")
    assert library.questions("ada-berg", "single_choice")[0].answer == (0,)


def test_an_unknown_character_is_answered_with_the_nearest(library: Library) -> None:
    with pytest.raises(UserError, match=r"unknown character 'ada-bergh': did you mean 'ada-berg'\?"):
        library.character("ada-bergh")


def test_a_missing_folder_says_which(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere"):
        Library(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "x",', "line 2: not a JSON object"),
        ("[1, 2]", "line 2: not a JSON object"),
        ("", "line 2: not a JSON object"),
        ('{"id": "x"}', "line 2: key 'character' is missing"),
    ],
)
def test_a_broken_line_is_named_by_file_and_number(data: Path, line: str, words: str) -> None:
    path = data / "characters" / "ada-berg" / "memories.jsonl"
    lines = path.read_text().splitlines()
    lines[1] = line
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(UserError, match=words) as caught:
        Library(data).memories("ada-berg")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"age": 45', '"age": "45"', "key 'age' must be a whole number of at least 0, not '45'"),
        ('"age": 45', '"age": 45, "ages": 1', "unknown key 'ages': did you mean 'age'"),
    ],
)
def test_a_field_that_does_not_fit_is_named(data: Path, old: str, new: str, words: str) -> None:
    path = data / "characters" / "ada-berg" / "profile.jsonl"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(UserError, match=words):
        Library(data).character("ada-berg")


def test_the_environment_names_another_folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUMAN_SIMULACRA_DATA", str(data))
    assert data_path() == data
    assert "ada-berg" in Library().ids


def test_importing_the_package_loads_neither_torch_nor_opencompass() -> None:
    code = "import human_simulacra, sys; print(sorted({'torch', 'opencompass', 'mmengine', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
