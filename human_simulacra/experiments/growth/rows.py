"""Rows of the growth experiment: a row is a question on an attitude, put at one of several points in time of a life."""

from __future__ import annotations

from typing import Any

from human_simulacra.experiments.samples import Sample, choose_characters, repeat_row, require_rows
from human_simulacra.library import Library
from human_simulacra.schema import AtLeastOne, Names, Whole
from human_simulacra.stimuli import attitude_stimulus, option_order

QUICK = "the first question of each character, at every age"
QUICK_QUESTIONS = 1


def growth_rows(
    library: Library, sample: Sample = "all", characters: Names | None = None, seed: Whole = 0, runs: AtLeastOne = 1
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        seed: Seed of the order of options, which is the same at every age.
        runs: Number of runs of each question, each with its own sample.

    Returns:
        One row per question, age and run, grouped by character: id, character, type (`age 1 of 3`), question, options (as
        shown), answer (the position of the attitude at that time), item (the question's id), place (of the time, from 0), keys
        (the position of the attitude at each time), as_of, evidence, run, stimulus.

    Raises:
        UserError: If a name is unknown, a line is not valid, or there is no question.
    """
    wanted = choose_characters(characters, sample, library.ids)
    most = QUICK_QUESTIONS if sample == "quick" else None
    rows: list[dict[str, Any]] = []
    for character in wanted:
        for question in library.attitudes(character)[:most]:
            order = option_order(question.id, len(question.options), seed)
            shown, keys = [question.options[place] for place in order], [order.index(at.answer) for at in question.at]
            for place, at in enumerate(question.at):
                row_id = f"{question.id}-{at.as_of}"
                row = {
                    "id": row_id, "character": character, "type": f"age {place + 1} of {len(keys)}",
                    "question": question.question, "options": shown, "answer": [keys[place]], "item": question.id,
                    "place": place, "keys": keys, "as_of": at.as_of, "evidence": list(at.evidence),
                }  # fmt: skip
                rows += repeat_row(row, attitude_stimulus(row_id, character, question.question, shown, at.as_of), runs)
    require_rows(rows, "question on attitudes", sample, wanted, library)
    return rows
