"""Rows of the observer report: a row is an open scenario that a character answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.base import STIMULUS
from human_simulacra.experiments.samples import choose_characters
from human_simulacra.library import Library
from human_simulacra.stimuli import scenario_stimulus

QUICK = "the first two scenarios of two characters"
QUICK_SCENARIOS, QUICK_CHARACTERS = 2, 2  # judgements make rows expensive


def observer_rows(
    library: Library, sample: str = "all", characters: Sequence[str] | None = None, seed: int = 0
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        seed: Ignored; accepted so that one config can set it for all datasets.

    Returns:
        One row per scenario and character, grouped by character: id, character, type, scenario, title, question, functions,
        answer (empty: there is no right answer), stimulus.

    Raises:
        UserError: If a name is unknown, a line is not valid, or there is no scenario.
    """
    rows = []
    most = QUICK_SCENARIOS if sample == "quick" else None
    for character in choose_characters(characters, sample, library.ids, QUICK_CHARACTERS):
        library.character(character)
        for scenario in library.scenarios[:most]:
            stimulus = scenario_stimulus(f"{character}-{scenario.id}", character, scenario.text)
            rows.append({
                "id": stimulus.id, "character": character, "type": "scenario", "scenario": scenario.id, "title": scenario.title,
                "question": scenario.text, "functions": list(scenario.functions), "answer": "", STIMULUS: stimulus,
            })  # fmt: skip
    if not rows:
        raise UserError(f"no scenario of sample '{sample}' in {library.path}")
    return rows
