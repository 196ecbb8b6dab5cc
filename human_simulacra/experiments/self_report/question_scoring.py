"""Scoring of the self report as in the paper: 2 points per item, -2 per wrong option, at least 0; and accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.cloze import states_answer
from human_simulacra.types import QuestionType

POINTS = 2


@dataclass(frozen=True)
class QuestionScore:
    """Points of one reply out of `full`; `correct` means fully right, `parsed` that the reply was parsed."""

    points: int
    full: int
    correct: bool
    parsed: bool
    chosen: tuple[int, ...] = ()


def score_cloze(reply: str, accepted: Sequence[str], question: str = "") -> QuestionScore:
    """Scores a cloze reply: all or nothing; only an empty reply counts as unparseable."""
    right = states_answer(reply, accepted, question)
    return QuestionScore(POINTS * right, POINTS, right, bool(reply.strip()))


def score_single_choice(reply: str, options: Sequence[str], answer: Sequence[int]) -> QuestionScore:
    """Scores a single-choice reply; one that names several options is unparseable, and scores 0 like every such reply."""
    chosen = read_choices(reply, options) or ()
    if len(chosen) != 1:
        return QuestionScore(0, POINTS, False, False)
    right = set(chosen) == set(answer)
    return QuestionScore(POINTS * right, POINTS, right, True, chosen)


def score_multiple_choice(reply: str, options: Sequence[str], answer: Sequence[int]) -> QuestionScore:
    """Scores a multiple-choice reply: 2 points per right option, -2 per wrong one, at least 0."""
    chosen = read_choices(reply, options)
    picked, right = set(chosen or ()), set(answer)
    points = max(0, POINTS * len(picked & right) - POINTS * len(picked - right))
    return QuestionScore(points, POINTS * len(right), picked == right, chosen is not None, chosen or ())


def score_reply(
    question_type: QuestionType,
    reply: str,
    options: Sequence[str],
    answer: Sequence[str] | Sequence[int],
    question: str = "",
) -> QuestionScore:
    """Scores a reply to a question of any type; positions in `answer` refer to `options` in the order shown."""
    if question_type == "cloze":
        return score_cloze(reply, [str(a) for a in answer], question)
    positions = [int(a) for a in answer]
    if question_type == "single_choice":
        return score_single_choice(reply, options, positions)
    return score_multiple_choice(reply, options, positions)
