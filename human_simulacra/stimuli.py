"""Questions as they are put: shuffled, lettered options and the words around them, alike for every method."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from human_simulacra.items import Scenario
from human_simulacra.prompts import render
from human_simulacra.types import Question, Stimulus


def shuffled(question: Question, seed: int) -> Question:
    """Returns the question with its options in the order shown and `answer` pointing into it.

    The order depends on seed and question alone, so that every method sees the same and a run can be repeated.
    """
    order = list(range(len(question.options)))
    random.Random(f"{seed}:{question.id}").shuffle(order)
    answer = question.answer
    if question.options:
        answer = tuple(sorted(order.index(int(position)) for position in answer))
    return replace(question, options=tuple(question.options[i] for i in order), answer=answer)


def lettered(options: Sequence[str]) -> str:
    """Returns the options one a line, each after its letter."""
    return "\n".join(f"{chr(ord('A') + i)}. {option}" for i, option in enumerate(options))


def stimulus(question: Question) -> Stimulus:
    """Returns the stimulus for a question whose options are in the order to be shown."""
    values = {"question": question.question}
    if question.options:
        values["options"] = lettered(question.options)
    text = render(f"stimulus_{question.type}", **values)
    several = question.type == "multiple_choice"
    return Stimulus(question.id, question.character, text, question.question, (), question.options, several)


def scenario_stimulus(scenario: Scenario, character_id: str) -> Stimulus:
    """Returns the stimulus that puts an open situation to a character."""
    text = render("stimulus_scenario", question=scenario.text)
    return Stimulus(f"{character_id}-{scenario.id}", character_id, text, scenario.text)
