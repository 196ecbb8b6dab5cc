"""Rows of the decisions: a row is a moment in which the character chose, as it stood before the choice."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.samples import Sample, choose_characters, repeat_row, require_rows
from human_simulacra.library import Library
from human_simulacra.schema import AtLeastOne, Names, Whole
from human_simulacra.stimuli import decision_stimulus, option_order

QUICK = "the first two moments of each character"
QUICK_MOMENTS = 2
# Columns of a decision that say how it was tested, which no score needs.
NOT_ASKED = ("blind_readers", "informed_readers")


def decision_rows(
    library: Library,
    sample: Sample = "all",
    characters: Names | None = None,
    seed: Whole = 0,
    runs: AtLeastOne = 1,
    reason: bool = False,
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        seed: Seed of the order of options.
        runs: Number of runs of each moment, each with its own sample.
        reason: Whether the character is to say why it does what it does.

    Returns:
        One row per moment and run, grouped by character: id, character, type (what the choice is about), moment, question (the
        situation), options (as shown), answer (the position of what the character did), why, evidence, blind, informed, reason,
        run, stimulus. The stimulus is put as of the moment.

    Raises:
        UserError: If a name is unknown, a line is not valid, `reason` is neither True nor False, or there is no decision.
    """
    wanted = choose_characters(characters, sample, library.ids)
    most = QUICK_MOMENTS if sample == "quick" else None
    rows: list[dict[str, Any]] = []
    for character in wanted:
        for decision in library.decisions(character)[:most]:
            order = option_order(decision.id, len(decision.options), seed)
            shown = [decision.options[place] for place in order]
            kept = {key: value for key, value in asdict(decision).items() if key not in NOT_ASKED}
            situation = kept.pop("situation")
            row = {**kept, "type": kept.pop("kind"), "question": situation, "options": shown, "reason": reason,
                   "answer": [order.index(decision.answer)]}  # fmt: skip
            stimulus = decision_stimulus(decision.id, character, situation, shown, decision.moment, reason)
            rows += repeat_row(row, stimulus, runs)
    require_rows(rows, "decision", sample, wanted, library)
    return rows
