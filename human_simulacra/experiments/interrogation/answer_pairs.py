"""Pairs of statements that must not contradict each other: two answers of a conversation, of two, or an answer and the life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from human_simulacra.judge_models.judge_calls import row_key
from human_simulacra.replies.abstention import says_not_known
from human_simulacra.replies.cloze import states_answer
from human_simulacra.results.reply_status import ANSWERED
from human_simulacra.results.summary import Row

PairKind = Literal["internal", "external", "retest"]
KINDS: tuple[PairKind, ...] = ("internal", "external", "retest")


@dataclass(frozen=True)
class AnswerPair:
    """Two statements. `row` is the key of the row whose reply is the second; the first is an earlier reply, or a fact.

    A fact has no question. A statement is empty where there is no whole reply.
    """

    row: str
    kind: PairKind
    first_question: str
    first: str
    second_question: str
    second: str

    @property
    def whole(self) -> bool:
        """Whether both statements were made."""
        return bool(self.first and self.second)


def find_pairs(replied: Sequence[tuple[Row, str]]) -> list[AnswerPair]:
    """Returns the pairs of a model's replies, in the order of the rows.

    Args:
        replied: The rows, and the reply to each; empty where there is no whole reply.

    Returns:
        For each row the pair with the life's fact; with the earlier reply in the same conversation that it returns to; and
        with the reply to the same question in the first conversation.
    """
    said = {(row["id"], row.get("run", 1)): (_asked(row), reply) for row, reply in replied}
    found = []
    for row, reply in replied:
        run, second = row.get("run", 1), (_asked(row), reply)
        found.append(AnswerPair(row_key(row), "external", "", row["fact"], *second))
        if earlier := said.get((row["returns_to"], run)):
            found.append(AnswerPair(row_key(row), "internal", *earlier, *second))
        if run > 1 and (first := said.get((row["id"], 1))):
            found.append(AnswerPair(row_key(row), "retest", *first, *second))
    return found


def _asked(row: Row) -> str:
    """Returns the question as it was asked, which an interviewer may have worded."""
    return row.get("asked") or row["question"]


def contradicts_by_rules(pair: AnswerPair, accepted: Sequence[str]) -> bool | None:
    """Returns whether a pair contradicts by the accepted answers alone.

    Args:
        pair: The pair; both statements answer for the same fact.
        accepted: Whole right answers.

    Returns:
        False if both state the fact, or one says not to know; True if one states it and the other says something else; None if
        neither states it, since two wrong answers can be the same, and if one was not made. The life always states its fact.
    """
    if not pair.whole:
        return None
    second = states_answer(pair.second, accepted, pair.second_question)
    first = pair.kind == "external" or states_answer(pair.first, accepted, pair.first_question)
    texts = [pair.second] if pair.kind == "external" else [pair.first, pair.second]
    if any(says_not_known(text) for text in texts):
        return False
    return None if not first and not second else first != second


def pairs_of_rows(rows: Sequence[Row]) -> dict[str, list[AnswerPair]]:
    """Returns the pairs of every model of a run; a reply that was cut off counts as none, since its rest may say otherwise."""
    models: dict[str, list[tuple[Mapping, str]]] = {}
    for row in rows:
        said = row["prediction"] if row["status"] == ANSWERED else ""
        models.setdefault(row["model"], []).append((row, said if said.strip() else ""))
    return {model: find_pairs(replied) for model, replied in models.items()}
