"""Stimuli: questions and statements as every method puts them to the model, with shuffled, lettered options."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from human_simulacra.prompts import render
from human_simulacra.types import Question, Stimulus

YES_NO = ("Yes", "No")


def option_order(item_id: str, count: int, seed: int) -> list[int]:
    """Returns in which order an item's options are shown, as positions in the order stored.

    It depends on seed and item alone, so that every method sees the same and a run can be repeated.
    """
    order = list(range(count))
    random.Random(f"{seed}:{item_id}").shuffle(order)
    return order


def shuffle_options(question: Question, seed: int) -> Question:
    """Returns the question with its options in the order shown and `answer` pointing into it."""
    order = option_order(question.id, len(question.options), seed)
    answer = question.answer
    if question.options:
        answer = tuple(sorted(order.index(int(position)) for position in answer))
    return replace(question, options=tuple(question.options[i] for i in order), answer=answer)


def letter_options(options: Sequence[str]) -> str:
    """Returns the options one a line, each after its letter."""
    return "\n".join(f"{chr(ord('A') + i)}. {option}" for i, option in enumerate(options))


def question_stimulus(question: Question) -> Stimulus:
    """Returns the stimulus for a question whose options are in the order to be shown."""
    values = {"question": question.question}
    if question.options:
        values["options"] = letter_options(question.options)
    text = render(f"stimulus_{question.type}", **values)
    several = question.type == "multiple_choice"
    plain = render("stimulus_plain", question=question.question) if question.options else ""
    return Stimulus(question.id, question.character, text, question.question, (), question.options, several, plain=plain)


def open_stimulus(kind: str, item: str, character: str, question: str) -> Stimulus:
    """Returns the stimulus for a question that is answered in free words, as the prompt `stimulus_<kind>` puts it."""
    return Stimulus(item, character, render(f"stimulus_{kind}", question=question), question)


def statement_stimulus(row_id: str, character: str, text: str, seed: int) -> Stimulus:
    """Returns the yes/no stimulus for a statement of the personality test.

    Which of the two words comes first depends on seed and row alone: half the rows each way, so that a model that
    prefers the first or the last word says yes no more often for it.
    """
    first, second = random.Random(f"{seed}:{row_id}").sample(YES_NO, 2)
    words = {"first": first.lower(), "second": second.lower()}
    put, neutral = (render("stimulus_statement", statement=said, **words) for said in (text, "..."))
    return Stimulus(row_id, character, put, text, (), (first, second), neutral=neutral)
