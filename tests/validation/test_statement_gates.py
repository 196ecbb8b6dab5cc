"""Gates on personality statements and scenes: numbers, owners, words that tell the rank, and who thinks and speaks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from human_simulacra.items import Scene, Turn
from human_simulacra.library import Library
from human_simulacra.validation import completeness_checks, statement_checks
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow, read_characters

RANK_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight")


def write(folder: Path, texts: list[dict]) -> Path:
    path = folder / "personality_items.jsonl"
    path.write_text("".join(json.dumps({"index": 1, "use": "test", **row}) + "\n" for row in texts))
    return path


def test_a_word_that_tells_the_rank_is_found_out(tmp_path: Path) -> None:
    functions = ("Ne", "Ni", "Se", "Si")
    told = [
        {"function": f, "rank": r, "text": f"Word {word} with {f}."} for f in functions for r, word in enumerate(RANK_WORDS, 1)
    ]
    path = write(tmp_path, told)
    gate = statement_checks.check_statements([], tmp_path)[-1]
    assert gate.problems == [f"{path}: words tell the rank of 100 % of the statements"]
    write(tmp_path, [{**row, "text": f"Word {RANK_WORDS[(n * 5) % 7]} with {row['function']}."} for n, row in enumerate(told)])
    assert statement_checks.check_statements([], tmp_path)[-1].problems == []


def test_numbers_of_statements_and_repeats_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, [{"function": "Ne", "rank": 1, "text": "I hum."}] * 2)
    numbers, *_ = statement_checks.check_statements([], tmp_path)
    assert f"{path}: 2 statements of Ne 1 for the test, 5 are required" in numbers.problems
    assert f"{path}: 0 statements of Ne 1 for characters, 4 are required" in numbers.problems
    assert f"{path}: 'i hum.' occurs 2 times" in numbers.problems
    path.write_text("{}\n")
    (gate,) = statement_checks.check_statements([], tmp_path)
    assert f"{path}, line 1" in gate.problems[0]


def test_a_statement_of_two_characters_or_of_the_test_is_named() -> None:
    people, _ = read_characters(Library())
    first, second = people[0], people[1]
    shared = replace(second.character, traits=(first.character.traits[0], *second.character.traits[1:]))
    second.profile = [replace(second.profile[0], row=shared)]
    traits = statement_checks.check_statements(people, Library().path)[1]
    assert any(f"describes {first.id}, too" in problem for problem in traits.problems)
    tested = next(s for s in Library().personality_items if s.use == "test")
    asked = replace(first.character.traits[0], function=tested.function, rank=tested.rank, text=tested.text)
    first.profile = [replace(first.profile[0], row=replace(first.character, traits=(asked,)))]
    traits = statement_checks.check_statements([first], Library().path)[1]
    assert any(f"'{tested.text}' is not in the pool" in problem for problem in traits.problems)


def scene(number: int, **changes: object) -> LocatedRow[Scene]:
    turns = tuple(Turn(who, "Yes.", "No." if who == "Ada" else "") for who in ("Ada", "Bo") * 3)
    said = ("One.", "Two.", "Three.")
    plain = Scene(
        f"ada-berg-dialogues-{number:02d}", "ada-berg", "A", "here", "now", 1999, ("Bo",), turns, said, ("ada-berg-s001",)
    )
    return LocatedRow(Path("dialogues.jsonl"), number, replace(plain, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"turns": ()}, "0 turns in ada-berg-dialogues-01"),
        ({"turns": (Turn("Ada", "Yes.", ""), Turn("Bo", "No.", "")) * 3}, "must have thoughts"),
        ({"others": ("Bo", "Cy")}, "others must name everybody else who speaks"),
        ({"never_says": ()}, "3 things never said"),
    ],
)
def test_scenes_are_checked(changes: dict, words: str | None) -> None:
    person = CharacterRows("ada-berg", Path("ada-berg"), dialogues=[scene(1, **changes), *(scene(n) for n in range(2, 9))])
    found = completeness_checks.check_scenes([person]).problems
    assert found == [] if words is None else any(words in problem for problem in found)
    few = CharacterRows("ada-berg", Path("ada-berg"), dialogues=[scene(1)])
    assert "1 scenes, 8 are required" in completeness_checks.check_scenes([few]).problems[0]
