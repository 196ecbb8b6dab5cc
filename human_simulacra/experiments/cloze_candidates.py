"""Candidate answers to a cloze question: what a reader of the reply is shown, so that it need not know which of them is right."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from human_simulacra.replies.cloze import states_answer

CANDIDATES = "candidates"  # the column of a row
OTHERS = 3
Forms = Sequence[str]  # the accepted forms of one answer


def draw_candidates(item: str, answer: Forms, others: Iterable[Forms]) -> list[list[str]]:
    """Draws the candidates of one question: its own answer among answers to other questions.

    Answers with a number come first beside one with a number, and those without beside one without.

    Args:
        item: The question's id, the seed of the draw.
        answer: The accepted forms of its answer.
        others: Those of other questions of the same life; what would be an answer to this question, too, is left out.

    Returns:
        At most `OTHERS` + 1 answers with all their forms, in a drawn order.
    """
    draw = random.Random(f"candidates:{item}")
    wrong = [list(forms) for forms in others if not (_same(forms, answer) or _same(answer, forms))]
    distinct = list({tuple(forms): forms for forms in wrong}.values())
    draw.shuffle(distinct)
    distinct.sort(key=lambda forms: _has_digit(forms) != _has_digit(answer))
    candidates = [list(answer), *distinct[:OTHERS]]
    draw.shuffle(candidates)
    return candidates


def stated_candidates(reply: str, candidates: Sequence[Forms], question: str) -> list[int]:
    """Returns the positions of the candidates that a reply states by the rules."""
    return [place for place, forms in enumerate(candidates) if states_answer(reply, forms, question)]


def _same(said: Forms, answer: Forms) -> bool:
    return list(said) == list(answer) or any(states_answer(form, answer) for form in said)


def _has_digit(forms: Forms) -> bool:
    return any(character.isdigit() for form in forms for character in form)
