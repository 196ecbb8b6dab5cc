"""Scoring of the self report as in the paper: 2 points per item, -2 per wrong option, at least 0; and accuracy.

Where not knowing is offered (`abstention`), it scores 0 points, and is told from a wrong and from an unparseable reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.replies.abstention import read_choices_or_abstention, says_not_known
from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.cloze import states_answer
from human_simulacra.types import QuestionType

POINTS = 2


@dataclass(frozen=True)
class QuestionScore:
    """Points of one reply out of `full`.

    `correct` means fully right, `parsed` that the reply was parsed, `abstained` that it says not to know where this was offered.
    `chosen` are positions of options, empty for a cloze reply, an unparseable one and one that abstains.
    """

    points: int
    full: int
    correct: bool
    parsed: bool
    chosen: tuple[int, ...] = ()
    abstained: bool = False


def score_cloze(
    reply: str, accepted: Sequence[str], question: str = "", abstention: bool = False, right: bool | None = None
) -> QuestionScore:
    """Scores a cloze reply: all or nothing; only an empty reply counts as unparseable.

    `right` is a second reader's verdict; None for that of the rules.
    """
    right = states_answer(reply, accepted, question) if right is None else right
    abstained = abstention and not right and says_not_known(reply)
    return QuestionScore(POINTS * right, POINTS, right, bool(reply.strip()), abstained=abstained)


def score_single_choice(reply: str, options: Sequence[str], answer: Sequence[int], abstention: bool = False) -> QuestionScore:
    """Scores a single-choice reply; one that names several options is unparseable, and scores 0 like every such reply."""
    chosen = _chosen(reply, options, abstention)
    if len(chosen) != 1:
        return QuestionScore(0, POINTS, False, False)
    if len(options) in chosen:
        return QuestionScore(0, POINTS, False, True, abstained=True)
    right = set(chosen) == set(answer)
    return QuestionScore(POINTS * right, POINTS, right, True, chosen)


def score_multiple_choice(reply: str, options: Sequence[str], answer: Sequence[int], abstention: bool = False) -> QuestionScore:
    """Scores a multiple-choice reply: 2 points per right option, -2 per wrong one, at least 0.

    Not knowing beside other letters is a contradiction, and unparseable.
    """
    chosen, right = _chosen(reply, options, abstention), set(answer)
    full = POINTS * len(right)
    if len(options) in chosen:
        alone = len(chosen) == 1
        return QuestionScore(0, full, False, alone, abstained=alone)
    picked = set(chosen)
    points = max(0, POINTS * len(picked & right) - POINTS * len(picked - right))
    return QuestionScore(points, full, picked == right, bool(chosen), chosen)


def score_reply(
    question_type: QuestionType,
    reply: str,
    options: Sequence[str],
    answer: Sequence[str] | Sequence[int],
    question: str = "",
    abstention: bool = False,
    right: bool | None = None,
) -> QuestionScore:
    """Scores a reply to a question of any type.

    Args:
        question_type: The type.
        reply: The free-form reply.
        options: Texts of the options in the order shown, without that of not knowing.
        answer: Accepted strings, or positions of the right options in the order shown.
        question: The question, if known.
        abstention: Whether not knowing was offered as an answer.
        right: Whether a second reader finds an accepted answer in a cloze reply; None to go by the rules.
    """
    if question_type == "cloze":
        return score_cloze(reply, [str(a) for a in answer], question, abstention, right)
    positions = [int(a) for a in answer]
    if question_type == "single_choice":
        return score_single_choice(reply, options, positions, abstention)
    return score_multiple_choice(reply, options, positions, abstention)


def _chosen(reply: str, options: Sequence[str], abstention: bool) -> tuple[int, ...]:
    """Returns the positions that a reply chooses, `len(options)` for not knowing; empty if it is unparseable."""
    return (read_choices_or_abstention if abstention else read_choices)(reply, options) or ()
