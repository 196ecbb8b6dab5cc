"""The conformity experiment's rows: for every character one conversation of trials under pressure and one without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from datasets import Dataset

from human_simulacra.errors import UserError, unknown
from human_simulacra.experiments.conformity.trials import Room, names, recap, seated, shuffled_trial, trial_stimulus
from human_simulacra.experiments.samples import chosen_characters, sample_trials
from human_simulacra.items import Trial
from human_simulacra.library import Library
from human_simulacra.plugin.conversations import CONVERSATION, RECAP, TURN
from human_simulacra.plugin.dataset import CharacterDataset, put
from human_simulacra.types import Character


class ConformityDataset(CharacterDataset):
    """Trials in which others answer first, and the same trials alone, as conversations for `SimulacrumInferencer`."""

    @staticmethod
    def load(
        trials: str = "asch",
        majority: int = 6,
        dissenter: int | None = None,
        sample: str = "all",
        characters: Sequence[str] | None = None,
        seed: int = 0,
        data: str | None = None,
    ) -> Dataset:
        """Loads the rows.

        Args:
            trials: A set of the data folder's `conformity_trials.jsonl`: `asch` or `novel`.
            majority: How many others answer before the character.
            dissenter: The seat, from 1, of the one among them who always gives the right answer; None for nobody.
            sample: A named sample (`evaluation.samples`).
            characters: Ids of the characters to take; None for those of the sample.
            seed: Seed of the options' order and of the others' names.
            data: A data folder; None for the dataset package.

        Returns:
            One row a trial, a conversation's rows together and in order: experiment, id, character, type (`pressure` or
            `control`), variant, set, trial, critical, question, options (as shown), answer (one position as shown),
            majority_answer (the position that the others name), said (their positions by seat, empty in the control),
            conversation, turn, recap, prompt, query, envelope.

        Raises:
            UserError: If a name is unknown, a number does not fit, the folder is missing or a line is broken.
        """
        library = Library(data)
        known = dict.fromkeys(trial.set for trial in library.conformity_trials)
        if trials not in known:
            raise unknown("set of conformity trials", trials, known)
        _check_room(majority, dissenter)
        wanted = chosen_characters(characters, sample, library.ids)
        chosen = sample_trials(sample, [trial for trial in library.conformity_trials if trial.set == trials])
        shown = [shuffled_trial(trial, seed) for trial in chosen]
        variant = f"{trials}, majority {majority}" + (f", dissenter {dissenter}" if dissenter else "")
        rows: list[dict[str, Any]] = []
        for character in map(library.character, wanted):
            for room in (Room(seated(majority, character.name, seed), dissenter or 0), Room()):
                rows += [{"experiment": "conformity", "variant": variant, **row} for row in _talk(character, room, shown)]
        if not rows:
            raise UserError("no character is named: give 'characters' at least one id, or leave it out for all")
        return Dataset.from_list(rows)


def _talk(character: Character, room: Room, trials: Sequence[Trial]) -> Iterator[dict[str, Any]]:
    """Yields the rows of one conversation; a pressure's ids say which, so that several can stand in one run."""
    made = f"pressure{len(room.others)}" + (f"d{room.dissenter}" if room.dissenter else "") if room.others else "control"
    for turn, trial in enumerate(trials, 1):
        place = f"{turn} of {len(trials)}"
        row_id = f"{character.id}-{trial.id}-{made}"
        shown = trial_stimulus(row_id, character.id, trial, place, room)
        yield {
            "id": row_id, "character": character.id, "type": room.condition, "set": trial.set, "trial": trial.trial,
            "critical": trial.critical, "question": trial.stimulus, "options": list(trial.options), "answer": [trial.answer],
            "majority_answer": trial.majority, "said": list(room.said(trial)),
            CONVERSATION: f"{character.id}-{trial.set}-{made}", TURN: turn, RECAP: recap(trial, place, room), **put(shown),
        }  # fmt: skip


def _check_room(majority: object, dissenter: object) -> None:
    most = len(names()) - 1  # one may be the character's own
    if not isinstance(majority, int) or isinstance(majority, bool) or not 1 <= majority <= most:
        raise UserError(f"majority must be a whole number from 1 to {most}, not {majority!r}")
    if dissenter is None:
        return
    if not isinstance(dissenter, int) or isinstance(dissenter, bool) or not 1 <= dissenter <= majority or majority == 1:
        raise UserError(
            f"dissenter must be None or the seat of one of the others, from 1 to majority ({majority}), which must be 2 or more, "
            f"not {dissenter!r}"
        )
