"""Checks of the questions by readers: what they answer without any text (`blind`) and with the whole life open (`open_book`).

The answers of all readers are committed in `quality/reader_answers.jsonl`; the shares in the questions must follow from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from statistics import mean

from human_simulacra.errors import UserError
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.replies.cloze import states_answer
from human_simulacra.types import Question
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from human_simulacra.validation.quality_gate import Gate

FILE = Path("quality") / "reader_answers.jsonl"
BLIND_READERS, OPEN_BOOK_READERS = 5, 3
MOST_RIGHT = 0.4
MOST_BLIND = {"single_choice": 0.35, "multiple_choice": 0.58, "cloze": 0.03}
CHANCE = {"single_choice": 25, "multiple_choice": 50, "cloze": 0}


@dataclass(frozen=True)
class ReaderAnswers:
    """The answers of all readers to one question.

    An answer to a choice question is the letters of the chosen options, in the order in which the file stores them (`B`, `ACF`);
    to a cloze question, the words. `fresh` are answers of readers without the text who came when the choice was made: on them
    nothing was chosen, and no share in a question counts them.
    """

    item: str
    blind: tuple[str, ...]
    open_book: tuple[str, ...]
    _: KW_ONLY
    fresh: tuple[str, ...] = ()


_Asked = Sequence[tuple[CharacterRows, LocatedRow[Question], ReaderAnswers]]


def read_reader_answers(folder: Path) -> dict[str, ReaderAnswers]:
    """Returns the readers' answers of a data folder by question id; none if there is no such file.

    Raises:
        UserError: If a line is invalid.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    return {row.item: row for row in read_rows(ReaderAnswers, path)}


def is_right(question: Question, answer: str) -> bool:
    """Returns whether one reader's answer is fully right."""
    if question.type == "cloze":
        return states_answer(answer, [str(a) for a in question.answer])
    return _positions(answer) == set(question.answer)


def share_right(question: Question, answer: str) -> float:
    """Returns the share of one reader's answer that is right: of multiple choice, the share of options judged rightly."""
    if question.type != "multiple_choice":
        return float(is_right(question, answer))
    return 1 - len(_positions(answer) ^ set(question.answer)) / len(question.options)


def _positions(letters: str) -> set[int]:
    return {ord(letter) - ord("A") for letter in letters}


def measure_readers(question: Question, answers: ReaderAnswers) -> dict[str, float | int | None]:
    """Returns the columns `blind`, `blind_readers`, `open_book` and `open_book_readers` of a question."""
    blind = [share_right(question, answer) for answer in answers.blind]
    known = [float(is_right(question, answer)) for answer in answers.open_book]
    return {
        "blind": round(mean(blind), 4) if blind else None, "blind_readers": len(blind),
        "open_book": round(mean(known), 4) if known else None, "open_book_readers": len(known),
    }  # fmt: skip


def check_readers(people: Sequence[CharacterRows], folder: Path) -> list[Gate]:
    """Checks that readers without the text are near chance and readers of the life are right, and that the shares are theirs."""
    try:
        answers = read_reader_answers(folder)
    except UserError as error:
        return [Gate("reader answers", "unreadable", "every line", [str(error)])]
    items = [(person, q) for person in people for q in person.all_questions if q.row.source == "story"]
    missing = [q.locate("no reader has answered it") for _, q in items if q.row.id not in answers]
    asked = [(person, q, answers[q.row.id]) for person, q in items if q.row.id in answers]
    readings = sum(len(found.blind) + len(found.open_book) for _, _, found in asked)
    shares = list(_differing(asked))
    return [
        Gate(
            "reader answers", f"{readings} answers to {len(asked)} questions", "all; the stored shares follow", missing + shares
        ),
        _blind_items(asked),
        *(_blind_lives(people, asked, kind) for kind in MOST_BLIND),
        _open_book(asked),
    ]


def _differing(asked: _Asked) -> Iterator[str]:
    for _, located, found in asked:
        for name, value in measure_readers(located.row, found).items():
            if getattr(located.row, name) != value:
                yield located.locate(f"{name} is {getattr(located.row, name)}, its readers' answers give {value}")


def _blind_items(asked: _Asked) -> Gate:
    problems, worst = [], 0.0
    for _, located, found in asked:
        right = [is_right(located.row, answer) for answer in found.blind]
        worst = max(worst, sum(right) / max(len(right), 1))
        if len(right) < BLIND_READERS:
            problems.append(located.locate(f"{len(right)} readers without the text, {BLIND_READERS} are required"))
        elif sum(right) > MOST_RIGHT * len(right):
            problems.append(located.locate(f"{sum(right)} of {len(right)} readers without the text answered it rightly"))
    return Gate("blind: every question", f"at most {100 * worst:.0f} % of the readers right", "<= 2 of 5, >= 5 readers", problems)


def _blind_lives(people: Sequence[CharacterRows], asked: _Asked, kind: str) -> Gate:
    means = {}
    for person in people:
        found = [share_right(q.row, a) for p, q, f in asked if p is person and q.row.type == kind for a in f.blind]
        if found:
            means[person.id] = mean(found)
    over = [
        f"{name}: readers without the text have {100 * v:.0f} % of its {kind}"
        for name, v in means.items()
        if v > MOST_BLIND[kind]
    ]
    figure = f"mean {100 * mean(means.values()):.0f} %, at most {100 * max(means.values()):.0f} %" if means else "no answers"
    return Gate(f"blind: {kind}", f"{figure} (chance {CHANCE[kind]} %)", f"a life <= {100 * MOST_BLIND[kind]:.0f} %", over)


def _open_book(asked: _Asked) -> Gate:
    problems = []
    for _, located, found in asked:
        right = [is_right(located.row, answer) for answer in found.open_book]
        if len(right) < OPEN_BOOK_READERS or not all(right):
            problems.append(located.locate(f"{sum(right)} of {len(right)} readers of the life answered it rightly"))
    figure = f"{len(asked) - len(problems)} of {len(asked)} questions"
    return Gate("open book", figure, f"{OPEN_BOOK_READERS} readers, all right", problems)
