"""Named, deterministic samples of every experiment's rows, defined for any data folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from human_simulacra.errors import unknown
from human_simulacra.items import Scenario, Trial
from human_simulacra.types import Question, Unanswerable

SAMPLES = {
    "all": "every row of every character",
    "core": "the core questions (comparable to the paper's fifteen) of every character",
    "quick": "at most three characters, evenly spaced in the order of their ids",
}
# What `quick` takes of a character that it takes.
QUICK = {
    "self_report": "the first three core questions a type",
    "unanswerable": "the first two questions that the texts leave open and the first beyond knowledge",
    "personality": "a statement of each function at its strongest and weakest rank, two reverse-keyed pairs; of one character",
    "conformity": "the first neutral and three critical trials",
    "observer": "the first two situations of two characters",
}
QUICK_CHARACTERS, QUICK_QUESTIONS, QUICK_SCENARIOS = 3, 3, 2
OBSERVER_CHARACTERS, PERSONALITY_CHARACTERS = 2, 1  # where a row costs more, or a character has many rows
QUICK_UNANSWERABLE = {"unanswerable": 2, "beyond_knowledge": 1}
QUICK_NEUTRAL, QUICK_CRITICAL = 1, 3


def describe_sample(sample: str, experiments: Iterable[str]) -> str:
    """Says what a sample takes in these experiments."""
    parts = [f"{name.replace('_', ' ')}: {QUICK[name]}" for name in experiments if name in QUICK]
    return "; ".join([SAMPLES[sample], *(parts if sample == "quick" else [])])


def chosen_characters(named: Sequence[str] | None, sample: str, ids: Sequence[str], most: int = QUICK_CHARACTERS) -> list[str]:
    """Returns the characters that somebody named, else those that the sample takes; see `sample_characters`."""
    return list(named) if named is not None else sample_characters(sample, ids, most)


def sample_characters(sample: str, ids: Sequence[str], most: int = QUICK_CHARACTERS) -> list[str]:
    """Returns which characters a sample takes, in order.

    Args:
        sample: A key of `SAMPLES`.
        ids: Every character's id, sorted.
        most: Characters in `quick` at most; fewer than three are among the three, so that experiments share them.

    Raises:
        UserError: If the sample is unknown.
    """
    if sample not in SAMPLES:
        raise unknown("sample", sample, SAMPLES)
    if sample != "quick":
        return list(ids)
    spread = (
        list(ids) if len(ids) <= QUICK_CHARACTERS else [ids[i * len(ids) // QUICK_CHARACTERS] for i in range(QUICK_CHARACTERS)]
    )
    return spread[:most]


def sample_questions(sample: str, questions: Sequence[Question]) -> list[Question]:
    """Returns which questions of one type a sample takes of a character that it takes, in order."""
    if sample == "all":
        return list(questions)
    core = [question for question in questions if question.core]
    return core[:QUICK_QUESTIONS] if sample == "quick" else core


def sample_unanswerable(sample: str, questions: Sequence[Unanswerable]) -> list[Unanswerable]:
    """Returns which unanswerable questions a sample takes of a character that it takes, in order."""
    if sample != "quick":
        return list(questions)
    return [q for kind, count in QUICK_UNANSWERABLE.items() for q in [q for q in questions if q.kind == kind][:count]]


def sample_trials(sample: str, trials: Sequence[Trial]) -> list[Trial]:
    """Returns which conformity trials of one set a sample takes, in order."""
    if sample != "quick":
        return list(trials)
    neutral = [trial for trial in trials if not trial.critical][:QUICK_NEUTRAL]
    critical = [trial for trial in trials if trial.critical][:QUICK_CRITICAL]
    return [trial for trial in trials if trial in neutral or trial in critical]


def sample_scenarios(sample: str, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Returns which open situations a sample puts to a character, in order."""
    return list(scenarios[:QUICK_SCENARIOS] if sample == "quick" else scenarios)
