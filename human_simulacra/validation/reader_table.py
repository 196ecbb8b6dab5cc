"""Tables of what readers reached: on the story questions without the text and with the life open, and in the decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean

from human_simulacra.types import QUESTION_TYPES, Question
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.reader_checks import ReaderAnswers, is_right, read_reader_answers, share_right

HEAD = ("life", "type", "questions", "readers", "without the text %", "new readers %", "form life, new readers %",
        "with the life %")  # fmt: skip
DECISION_HEAD = ("life", "moments", "readers %", "informed readers %")


def reader_table(people: Sequence[CharacterRows], folder: Path) -> str:
    """Returns a Markdown table: a row for each life and type, and for all lives together.

    Args:
        people: The characters.
        folder: The data folder with the readers' answers.

    Raises:
        UserError: If a line of the answers is invalid.
    """
    answers = read_reader_answers(folder)
    rows = [HEAD, tuple("---" if place < 2 else "---:" for place in range(len(HEAD)))]
    for kind in QUESTION_TYPES:
        every = [(p.id, q.row, answers[q.row.id]) for p in people for q in p.questions.get(kind, ()) if q.row.id in answers]
        groups = {person.id: [(q, a) for who, q, a in every if who == person.id] for person in people}
        rows += [_line(who, kind, found) for who, found in groups.items() if found]
        if every:
            rows.append(_line("all", kind, [(q, a) for _, q, a in every]))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def decision_reader_table(people: Sequence[CharacterRows]) -> str:
    """Returns a Markdown table of what readers chose in the decisions: a row for each life, and for all lives together."""
    lives = {person.id: [d.row for d in person.decisions if d.row.blind is not None] for person in people}
    rows = [DECISION_HEAD, ("---", *["---:"] * (len(DECISION_HEAD) - 1))]
    for who, decisions in (*lives.items(), ("all", [d for found in lives.values() for d in found])):
        if decisions:
            shares = (_percent(d.blind or 0 for d in decisions), _percent(d.informed or 0 for d in decisions))
            rows.append((who, str(len(decisions)), *shares))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _percent(shares: Iterable[float]) -> str:
    return f"{100 * mean(known):.0f}" if (known := list(shares)) else ""


def _line(who: str, kind: str, found: Sequence[tuple[Question, ReaderAnswers]]) -> tuple[str, ...]:
    readers = f"{min(len(a.blind) for _, a in found)} and {min(len(a.open_book) for _, a in found)}"
    return (
        who, kind.replace("_", " "), str(len(found)), readers,
        _percent(share_right(q, answer) for q, a in found for answer in a.blind),
        _percent(share_right(q, answer) for q, a in found for answer in a.fresh),
        _percent(share_right(q, answer) for q, a in found if q.life for answer in a.fresh),
        _percent(is_right(q, answer) for q, a in found for answer in a.open_book),
    )  # fmt: skip
