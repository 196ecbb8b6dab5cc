"""Named, deterministic samples of the questions, defined for any data folder."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.errors import unknown
from human_simulacra.items import Trial
from human_simulacra.types import Question

SAMPLES = {
    "all": "every question of every character",
    "core": "the core questions (comparable to the paper's fifteen) of every character",
    "quick": "the first three core questions a type (conformity: the first neutral and three critical trials) of at most "
    "three characters, evenly spaced in the order of their ids",
}
QUICK_CHARACTERS, QUICK_QUESTIONS = 3, 3
QUICK_NEUTRAL, QUICK_CRITICAL = 1, 3


def sample_characters(sample: str, ids: Sequence[str]) -> list[str]:
    """Returns which characters a sample takes, in order.

    Args:
        sample: A key of `SAMPLES`.
        ids: Every character's id, sorted.

    Raises:
        UserError: If the sample is unknown.
    """
    if sample not in SAMPLES:
        raise unknown("sample", sample, SAMPLES)
    if sample != "quick" or len(ids) <= QUICK_CHARACTERS:
        return list(ids)
    return [ids[i * len(ids) // QUICK_CHARACTERS] for i in range(QUICK_CHARACTERS)]


def sample_questions(sample: str, questions: Sequence[Question]) -> list[Question]:
    """Returns which questions of one type a sample takes of a character that it takes, in order."""
    if sample == "all":
        return list(questions)
    core = [question for question in questions if question.core]
    return core[:QUICK_QUESTIONS] if sample == "quick" else core


def sample_trials(sample: str, trials: Sequence[Trial]) -> list[Trial]:
    """Returns which conformity trials of one set a sample takes, in order."""
    if sample != "quick":
        return list(trials)
    neutral = [trial for trial in trials if not trial.critical][:QUICK_NEUTRAL]
    critical = [trial for trial in trials if trial.critical][:QUICK_CRITICAL]
    return [trial for trial in trials if trial in neutral or trial in critical]
