"""Named, deterministic samples of the questions, defined for any data folder."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.errors import unknown
from human_simulacra.items import Scenario
from human_simulacra.types import Question

SAMPLES = {
    "all": "every question of every character",
    "core": "the core questions (comparable to the paper's fifteen) of every character",
    "quick": "the first three core questions a type of at most three characters, evenly spaced in the order of their ids; "
    "in the observer report the first two situations of two characters",
}
QUICK_CHARACTERS, QUICK_QUESTIONS, QUICK_SCENARIOS = 3, 3, 2


def sample_characters(sample: str, ids: Sequence[str], most: int = QUICK_CHARACTERS) -> list[str]:
    """Returns which characters a sample takes, in order.

    Args:
        sample: A key of `SAMPLES`.
        ids: Every character's id, sorted.
        most: Characters in `quick` at most.

    Raises:
        UserError: If the sample is unknown.
    """
    if sample not in SAMPLES:
        raise unknown("sample", sample, SAMPLES)
    if sample != "quick" or len(ids) <= most:
        return list(ids)
    return [ids[i * len(ids) // most] for i in range(most)]


def sample_questions(sample: str, questions: Sequence[Question]) -> list[Question]:
    """Returns which questions of one type a sample takes of a character that it takes, in order."""
    if sample == "all":
        return list(questions)
    core = [question for question in questions if question.core]
    return core[:QUICK_QUESTIONS] if sample == "quick" else core


def sample_scenarios(sample: str, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Returns which open situations a sample puts to a character, in order."""
    return list(scenarios[:QUICK_SCENARIOS] if sample == "quick" else scenarios)
