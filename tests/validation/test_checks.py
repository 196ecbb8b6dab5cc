"""The validator: passes what is sound, and names file, line and reason of what is not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from human_simulacra.library import Library
from human_simulacra.validation import consistency_checks, guessing_checks, prose_checks, question_checks
from human_simulacra.validation.located_rows import CharacterRows, read_characters
from tests.run_config import ROOT


def people(data: Path) -> list[CharacterRows]:
    found, problems = read_characters(Library(data))
    assert problems == []
    return found


def change(data: Path, file: str, line: int, **fields: object) -> Path:
    """Changes fields of one line of a file of Ada Berg's."""
    path = data / "characters" / "ada-berg" / file
    lines = path.read_text().splitlines()
    lines[line - 1] = json.dumps({**json.loads(lines[line - 1]), **fields})
    path.write_text("\n".join(lines) + "\n")
    return path


def validate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "validate_dataset.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_sound_folder_passes_from_the_command_line(data: Path) -> None:
    done = validate(data, "--sound")
    assert done.returncode == 0, done.stdout
    assert "all 6 gates pass" in done.stdout


@pytest.mark.parametrize(
    ("file", "line", "fields", "words"),
    [
        ("profile.jsonl", 1, {"age": 46}, "the age on 2025-06-30 is 45, not 46"),
        ("profile.jsonl", 1, {"date_of_birth": "4 March 1980"}, "must be a date as YYYY-MM-DD"),
        ("profile.jsonl", 1, {"functions": ["Si", "Si"]}, "must be distinct functions"),
        ("story.jsonl", 3, {"id": "ada-berg-s001"}, "id 'ada-berg-s001' is used twice"),
        ("story.jsonl", 3, {"index": 9}, "index 9 is in place 3"),
        ("story.jsonl", 3, {"text": "In 2031 Ada Berg came home."}, "the year 2031 comes after its chapter"),
        ("story.jsonl", 3, {"text": "Ada was ninety-nine."}, None),
        ("story.jsonl", 3, {"last_year": 1990, "text": "Ada was thirty that day."}, "'Ada was thirty' does not fit"),
        ("memories.jsonl", 2, {"paragraphs": ["ada-berg-s999"]}, "paragraph 'ada-berg-s999' does not exist"),
        ("single_choice.jsonl", 1, {"answer": [4]}, "answer [4] is no position in 4 options"),
        ("single_choice.jsonl", 1, {"answer": [0, 1]}, "has one answer, not 2"),
        ("single_choice.jsonl", 1, {"options": ["a", "A", "b", "c"]}, "two options are the same"),
        ("cloze.jsonl", 2, {"answer": []}, "there is no answer"),
        ("cloze.jsonl", 2, {"character": "bo-crane"}, "is not of the character 'ada-berg'"),
    ],
)
def test_what_breaks_an_evaluation_is_named(data: Path, file: str, line: int, fields: dict, words: str | None) -> None:
    path = change(data, file, line, **fields)
    found, problems = read_characters(Library(data))
    problems += [p for check in consistency_checks.CONSISTENCY_CHECKS for p in check(found).problems]
    if words is None:
        assert problems == []
    else:
        assert any(problem.startswith(f"{path}, line {line}: ") and words in problem for problem in problems), problems


def test_a_broken_file_is_named_and_the_status_says_so(data: Path) -> None:
    path = data / "characters" / "bo-crane" / "story.jsonl"
    path.write_text("{\n")
    done = validate(data, "--sound")
    assert done.returncode == 1
    assert f"{path}, line 1: not a JSON object" in done.stdout


def test_a_file_that_a_tool_makes_is_missing_with_the_tool_that_makes_it(data: Path) -> None:
    folder = data / "characters" / "ada-berg"
    for file in ("story", "memories", "cloze", "multiple_choice"):
        (folder / f"{file}.jsonl").unlink()
    tools = {"story": "generate_life_story", "memories": "build_memories"}
    assert read_characters(Library(data))[1] == [
        f"{folder / file}.jsonl is missing: restore it or make it with tools/{tools.get(file, 'generate_questions')}.py"
        for file in ("story", "memories", "cloze", "multiple_choice")
    ]


def test_evidence_must_hold_the_answers_words(data: Path) -> None:
    assert question_checks.check_evidence(people(data)).problems == []
    path = change(data, "cloze.jsonl", 2, answer=["Ulk"])
    assert question_checks.check_evidence(people(data)).problems == [
        f"{path}, line 2: the evidence contains no accepted answer: ['Ulk']"
    ]


def test_a_longest_option_that_is_always_right_is_found_out(data: Path) -> None:
    for character in Library(data).ids:
        path = data / "characters" / character / "single_choice.jsonl"
        row = json.loads(path.read_text())
        path.write_text(json.dumps({**row, "options": ["a violin that I loved", "a leg", "a cup", "a key"]}) + "\n")
    longest, *_ = guessing_checks.check_guessers(people(data))
    assert longest.problems == ["single_choice: the longest option is right in 100 %, chance is 25 %"]


def test_repetition_and_borrowed_words_are_found(data: Path, tmp_path: Path) -> None:
    sentence = "She counted the nine loaves twice before the bell of the harbour church struck six."
    path = change(data, "story.jsonl", 4, text=sentence + " A testament to her patience.")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "text.txt").write_text(f"Long ago. {sentence}")
    found = people(data)
    assert prose_checks.check_overused_words(found).problems == [f"{path}, line 4: 'testament' is a word that models overuse"]
    assert prose_checks.check_copied_12grams(found, tmp_path / "other").problems == [
        f"{path}, line 4: shares twelve words in a row with the other folder"
    ]
    done = validate(data, "--sound", "--against", tmp_path / "none")
    assert done.returncode == 2 and "is no folder" in done.stderr


def test_near_duplicates_are_found_by_meaning(data: Path) -> None:
    from human_simulacra.memory.embedding import SentenceEmbedder

    change(data, "story.jsonl", 1, text="The old lighthouse keeper painted his boat blue in the spring of the flood.")
    path = change(data, "story.jsonl", 12, text="In the spring of the flood the old lighthouse keeper painted his boat blue.")
    problems = prose_checks.check_near_duplicates(people(data)[:1], SentenceEmbedder()).problems
    assert any("ada-berg-s012" in problem and problem.startswith(str(path)) for problem in problems)
