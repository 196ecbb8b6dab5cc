"""Rows of the observer report: a row is an open situation put to a character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.base import STIMULUS
from human_simulacra.experiments.samples import choose_characters
from human_simulacra.items import Scenario
from human_simulacra.library import Library
from human_simulacra.stimuli import open_stimulus

QUICK = "the first two situations of two characters"
QUICK_SCENARIOS, QUICK_CHARACTERS = 2, 2  # judging makes a row expensive


def sample_scenarios(sample: str, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Returns which open situations a sample puts to a character, in order."""
    return list(scenarios[:QUICK_SCENARIOS] if sample == "quick" else scenarios)


def observer_rows(
    library: Library, sample: str = "all", characters: Sequence[str] | None = None, seed: int = 0
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        seed: Accepted so that one config can set it for all datasets; nothing here is random.

    Returns:
        One row for each situation and character, rows of a character together: id, character, type, scenario, title,
        question, functions, answer (empty: there is no right one), stimulus.

    Raises:
        UserError: If a name is unknown, a line is broken, or there is no situation.
    """
    rows = []
    for character in choose_characters(characters, sample, library.ids, QUICK_CHARACTERS):
        library.character(character)
        for scenario in sample_scenarios(sample, library.scenarios):
            stimulus = open_stimulus("scenario", f"{character}-{scenario.id}", character, scenario.text)
            rows.append({
                "id": stimulus.id, "character": character, "type": "scenario", "scenario": scenario.id, "title": scenario.title,
                "question": scenario.text, "functions": list(scenario.functions), "answer": "", STIMULUS: stimulus,
            })  # fmt: skip
    if not rows:
        raise UserError(f"no scenario of sample '{sample}' in {library.path}")
    return rows
