"""Gates on what readers answered, without the life and with it, and on what story questions ask for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from human_simulacra.types import Paragraph, Question, WrongOption
from human_simulacra.validation import question_kinds_checks, reader_checks
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow

HERE = Path("characters/ada-berg/single_choice.jsonl")


def choice(number: int, answer: tuple[int, ...] = (1,), kind: str = "motive", several: bool = False) -> Question:
    options = ("a", "b", "c", "d", "e", "f") if several else ("a", "b", "c", "d")
    wrong = tuple(WrongOption(p, "another year", ("ada-berg-s001",)) for p in range(len(options)) if p not in answer)
    return Question(
        f"ada-berg-q{number}", "ada-berg", "multiple_choice" if several else "single_choice", "Why?", options, answer,
        ("ada-berg-s001",), "story", False, kind=kind, why_wrong=wrong,
    )  # fmt: skip


def cloze(number: int) -> Question:
    return Question(
        f"ada-berg-q{number}", "ada-berg", "cloze", "How many?", (), ("forty-two",), ("ada-berg-s001",), "story", False
    )


def person(questions: Sequence[Question]) -> CharacterRows:
    story = [LocatedRow(HERE, 1, Paragraph("ada-berg-s001", "ada-berg", "One", 1, 1990, 1999, 1, "Text."))]
    found = CharacterRows("ada-berg", HERE.parent, story=story)
    for line, question in enumerate(questions, 1):
        found.questions.setdefault(question.type, []).append(LocatedRow(HERE, line, question))
    return found


def read(folder: Path, questions: Sequence[Question], blind: Sequence[Sequence[str]], known: Sequence[str]) -> CharacterRows:
    """Writes the readers' answers and stores the shares that follow from them."""
    (folder / "quality").mkdir(exist_ok=True)
    rows = [{"item": q.id, "blind": list(answers), "open_book": list(known)} for q, answers in zip(questions, blind, strict=True)]
    (folder / reader_checks.FILE).write_text("".join(json.dumps(row) + "\n" for row in rows))
    answers = reader_checks.read_reader_answers(folder)
    return person([replace(q, **reader_checks.measure_readers(q, answers[q.id])) for q in questions])


def problems(found: CharacterRows, folder: Path) -> list[str]:
    return [problem for gate in reader_checks.check_readers([found], folder) for problem in gate.problems]


def test_readers_near_chance_and_readers_of_the_life_all_right_pass(tmp_path: Path) -> None:
    found = read(tmp_path, [choice(1)], ["BACDA"], "BBB")
    assert problems(found, tmp_path) == []
    assert (found.all_questions[0].row.blind, found.all_questions[0].row.open_book) == (0.2, 1.0)


@pytest.mark.parametrize(
    ("blind", "known", "words"),
    [
        ("BBBAA", "BBB", "3 of 5 readers without the text answered it rightly"),
        ("BBAAA", "BBB", "readers without the text have 40 % of its single_choice"),
        ("AAAA", "BBB", "4 readers without the text, 5 are required"),
        ("AAAAA", "BBA", "2 of 3 readers of the life answered it rightly"),
        ("AAAAA", "BB", "2 of 2 readers of the life answered it rightly"),
    ],
)
def test_what_readers_guess_or_do_not_find_is_named(tmp_path: Path, blind: str, known: str, words: str) -> None:
    found = read(tmp_path, [choice(1)], [blind], known)
    assert any(words in problem for problem in problems(found, tmp_path))


def test_of_multiple_choice_the_share_of_options_counts_and_of_cloze_the_answer(tmp_path: Path) -> None:
    several = choice(1, (0, 2, 4), several=True)
    found = read(tmp_path, [several, cloze(2)], [["ABC"] * 5, ["perhaps 42", *["nine"] * 4]], ["ACE"] * 3)
    shares = [q.row.blind for q in found.all_questions]
    assert shares == [0.6667, 0.2]
    assert any("readers without the text have 67 % of its multiple_choice" in p for p in problems(found, tmp_path))
    assert any("readers without the text have 20 % of its cloze" in p for p in problems(found, tmp_path))


def test_a_share_that_does_not_follow_from_the_answers_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, [choice(1)], ["AAAAA"], "BBB")
    found.questions["single_choice"][0] = LocatedRow(HERE, 1, replace(found.all_questions[0].row, blind=0.1))
    assert f"{HERE}, line 1: blind is 0.1, its readers' answers give 0.0" in problems(found, tmp_path)
    assert f"{HERE}, line 1: no reader has answered it" in problems(person([choice(9)]), tmp_path)


def test_a_broken_line_of_answers_is_named(tmp_path: Path) -> None:
    (tmp_path / "quality").mkdir()
    (tmp_path / reader_checks.FILE).write_text('{"item": "x"}\n')
    (gate,) = reader_checks.check_readers([], tmp_path)
    assert f"{tmp_path / reader_checks.FILE}, line 1" in gate.problems[0]


def test_kinds_reasons_and_numbers_right_are_checked() -> None:
    sound = [choice(n, tuple(range(n + 1)), several=True) for n in range(5)]
    assert [p for check in question_kinds_checks.QUESTION_KINDS_CHECKS for p in check([person(sound)]).problems] == []
    trivia = [choice(n, kind="detail") for n in range(4)]
    assert question_kinds_checks.check_question_kinds([person(trivia)]).problems == [
        "ada-berg: 0 of 4 choice questions need understanding", "ada-berg: 4 of 4 choice questions ask for a detail",
    ]  # fmt: skip
    bare = replace(choice(1), why_wrong=choice(1).why_wrong[1:])
    assert question_kinds_checks.check_why_wrong([person([bare])]).problems == [
        f"{HERE}, line 1: why_wrong must explain every wrong option once"
    ]
    lost = replace(choice(1), why_wrong=(*choice(1).why_wrong[1:], WrongOption(0, "no", ("ada-berg-s777",))))
    assert "needs a reason and paragraphs that exist" in question_kinds_checks.check_why_wrong([person([lost])]).problems[0]
    threes = question_kinds_checks.check_numbers_right([person([choice(n, (0, 1, 2), several=True) for n in range(5)])])
    assert len(threes.problems) == 4
