"""Rows of the conformity experiment: per character, a conversation of trials under pressure and a control."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from human_simulacra.errors import UserError, unknown
from human_simulacra.experiments.base import CONVERSATION, RECAP, STIMULUS, TURN
from human_simulacra.experiments.conformity import trials as conformity_trials
from human_simulacra.experiments.conformity.trials import Confederates
from human_simulacra.experiments.samples import Sample, choose_characters
from human_simulacra.library import Library
from human_simulacra.schema import AtLeastOne, Names, Whole
from human_simulacra.shared_items import Trial
from human_simulacra.types import Character

QUICK = "the first neutral and three critical trials"
QUICK_NEUTRAL, QUICK_CRITICAL = 1, 3


def sample_trials(sample: str, trials: Sequence[Trial]) -> list[Trial]:
    """Returns the trials of one set in a sample, in order."""
    if sample != "quick":
        return list(trials)
    neutral = [trial for trial in trials if not trial.critical][:QUICK_NEUTRAL]
    critical = [trial for trial in trials if trial.critical][:QUICK_CRITICAL]
    return [trial for trial in trials if trial in neutral or trial in critical]


def conformity_rows(
    library: Library,
    trials: str = "asch",
    majority: AtLeastOne = 6,
    dissenter: bool = False,
    sample: Sample = "all",
    characters: Names | None = None,
    seed: Whole = 0,
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters and the trials.
        trials: A set of the data folder's `conformity_trials.jsonl`: `asch` or `novel`.
        majority: How many confederates answer before the character.
        dissenter: Whether one of the confederates always gives the right answer.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        seed: Seed of the options' order, of the confederates' names and of the dissenter's seat, which differ between
            characters and are the same for every method and in both conditions.

    Returns:
        One row for each trial, a conversation's rows together and in order: id, character, type (`pressure` or `control`),
        variant, set, trial, critical, question, options (as shown), answer (one position as shown), majority_answer (the
        position that the majority names), said (the confederates' positions by seat, empty in the control), conversation,
        turn, recap, stimulus.

    Raises:
        UserError: If a name is unknown, a number does not fit, or a line is broken.
    """
    known = dict.fromkeys(trial.set for trial in library.conformity_trials)
    if trials not in known:
        raise unknown("set of conformity trials", trials, known)
    _check_confederates(majority, dissenter)
    wanted = choose_characters(characters, sample, library.ids)
    chosen = sample_trials(sample, [trial for trial in library.conformity_trials if trial.set == trials])
    variant = f"{trials}, majority {majority}" + (", dissenter" if dissenter else "")
    rows: list[dict[str, Any]] = []
    for character in map(library.character, wanted):
        shown = [conformity_trials.shuffle_trial(trial, character.id, seed) for trial in chosen]
        seat = conformity_trials.draw_dissenter(majority, character.id, seed) if dissenter else 0
        group = Confederates(conformity_trials.draw_confederate_names(majority, character.name, seed), seat)
        for confederates in (group, Confederates()):
            kind = f"{confederates.condition}{majority}{'d' * dissenter}"
            rows += [{"variant": variant, **row} for row in _conversation(character, confederates, shown, kind)]
    return rows


def _conversation(
    character: Character, confederates: Confederates, trials: Sequence[Trial], kind: str
) -> Iterator[dict[str, Any]]:
    """Yields the rows of one conversation.

    Their ids end in `kind`, which names the condition and the variant: each variant of a run has its own control.
    """
    for turn, trial in enumerate(trials, 1):
        place = f"{turn} of {len(trials)}"
        row_id = f"{character.id}-{trial.id}-{kind}"
        yield {
            "id": row_id, "character": character.id, "type": confederates.condition, "set": trial.set, "trial": trial.trial,
            "critical": trial.critical, "question": trial.stimulus, "options": list(trial.options), "answer": [trial.answer],
            "majority_answer": trial.majority, "said": list(confederates.answers(trial)),
            CONVERSATION: f"{character.id}-{trial.set}-{kind}", TURN: turn,
            RECAP: conformity_trials.trial_recap(trial, place, confederates),
            STIMULUS: conformity_trials.trial_stimulus(row_id, character.id, trial, place, confederates),
        }  # fmt: skip


def _check_confederates(majority: int, dissenter: bool) -> None:
    most = len(conformity_trials.confederate_names()) - 1  # one may be the character's first name
    if majority > most:
        raise UserError(f"majority must be a whole number from 1 to {most}, not {majority!r}")
    if dissenter and majority == 1:
        raise UserError("dissenter=True leaves no majority of 1: set majority to 2 or more")
