"""Stimuli: the prompt text of questions and statements, the same for every method, with shuffled, lettered options."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from human_simulacra.prompts import render
from human_simulacra.types import Question, Stimulus

YES_NO = ("Yes", "No")


def option_order(item_id: str, count: int, seed: int) -> list[int]:
    """Returns the order in which an item's options are shown, as positions in the stored order.

    It depends only on seed and item, so that it is the same for every method and reproducible.
    """
    order = list(range(count))
    random.Random(f"{seed}:{item_id}").shuffle(order)
    return order


def shuffle_options(question: Question, seed: int) -> Question:
    """Returns the question with its options in the order shown and `answer` as positions in that order."""
    order = option_order(question.id, len(question.options), seed)
    answer = question.answer
    if question.options:
        answer = tuple(sorted(order.index(int(position)) for position in answer))
    return replace(question, options=tuple(question.options[i] for i in order), answer=answer)


def letter_options(options: Sequence[str]) -> str:
    """Returns one line per option, each after its letter."""
    return "\n".join(f"{chr(ord('A') + i)}. {option}" for i, option in enumerate(options))


def question_stimulus(question: Question) -> Stimulus:
    """Returns the stimulus of a question whose options are already in the order to show."""
    values = {"question": question.question}
    if question.options:
        values["options"] = letter_options(question.options)
    text = render(f"stimulus_{question.type}", **values)
    several = question.type == "multiple_choice"
    plain = render("stimulus_plain", question=question.question) if question.options else ""
    return Stimulus(question.id, question.character, text, question.question, (), question.options, several, plain=plain)


def open_stimulus(kind: str, item: str, character: str, question: str) -> Stimulus:
    """Returns the stimulus of an open-ended question, rendered by the prompt `stimulus_<kind>`."""
    return Stimulus(item, character, render(f"stimulus_{kind}", question=question), question)


def statement_stimulus(row_id: str, character: str, text: str, seed: int) -> Stimulus:
    """Returns the yes/no stimulus of a statement of the personality test.

    The order of the two words depends only on seed and row. Each comes first in about half of the rows, so that a position
    bias of the model does not change how often it says yes.
    """
    first, second = random.Random(f"{seed}:{row_id}").sample(YES_NO, 2)
    words = {"first": first.lower(), "second": second.lower()}
    prompt = render("stimulus_statement", statement=text, **words)
    plain, neutral = (render("stimulus_statement_plain", statement=statement, **words) for statement in (text, "..."))
    return Stimulus(row_id, character, prompt, text, (), (first, second), plain=plain, neutral=neutral)
