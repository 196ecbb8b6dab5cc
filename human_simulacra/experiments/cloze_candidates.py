"""Candidate answers to a cloze question: what a reader of the reply is shown, so that it need not know which of them is right."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence

from human_simulacra.replies.cloze import states_answer
from human_simulacra.replies.numbers_and_dates import date_spans, number_words_as_digits

OTHERS = 3
Forms = Sequence[str]  # the accepted forms of one answer


def draw_candidates(item: str, answer: Forms, others: Iterable[Forms]) -> list[list[str]]:
    """Draws the candidates of one question: its own answer among answers to other questions.

    Answers of the same shape come first: dates beside a date, numbers beside a number, names beside a name.

    Args:
        item: The question's id, the seed of the draw.
        answer: The accepted forms of its answer.
        others: Those of other questions of the same life; what would be an answer to this question, too, is left out.

    Returns:
        At most `OTHERS` + 1 answers with all their forms, in a drawn order; nothing if there is no other one.
    """
    draw = random.Random(f"candidates:{item}")
    wrong = [list(forms) for forms in others if not (_same(forms, answer) or _same(answer, forms))]
    distinct = list({tuple(forms): forms for forms in wrong}.values())
    draw.shuffle(distinct)
    distinct.sort(key=lambda forms: _shape(forms) != _shape(answer))
    candidates = [list(answer), *distinct[:OTHERS]]
    draw.shuffle(candidates)
    return candidates if distinct else []


def stated_candidates(reply: str, candidates: Sequence[Forms], question: str) -> list[int]:
    """Returns the positions of the candidates that a reply states by the rules."""
    return [place for place, forms in enumerate(candidates) if states_answer(reply, forms, question)]


def _same(said: Forms, answer: Forms) -> bool:
    return list(said) == list(answer) or any(states_answer(form, answer) for form in said)


def _shape(forms: Forms) -> str:
    text = number_words_as_digits(forms[0])
    if date_spans(text):
        return "date"
    return "number" if re.search(r"\d", text) else "name" if text[:1].isupper() else "phrase"
