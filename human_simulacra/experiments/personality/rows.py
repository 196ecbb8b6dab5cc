"""Rows of the personality test: a row is a yes/no statement, or one statement of a reverse-keyed pair."""

from __future__ import annotations

from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.base import STIMULUS
from human_simulacra.experiments.personality.statement_subset import DEFAULT_RATIO, sample_pairs, sample_statements
from human_simulacra.experiments.samples import Sample, choose_characters
from human_simulacra.library import Library
from human_simulacra.schema import Names, Ratio, Whole
from human_simulacra.stimuli import statement_stimulus
from human_simulacra.types import FUNCTIONS

QUICK = "one statement of each function at its strongest and weakest rank and two reverse-keyed pairs, of one character"
QUICK_CHARACTERS = 1  # a character has many rows


def personality_rows(
    library: Library, sample: Sample = "all", characters: Names | None = None, ratio: Ratio = DEFAULT_RATIO, seed: Whole = 0
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample; `quick` takes few statements of one character.
        characters: Ids of the characters to take; None for those of the sample.
        ratio: Share of the statements of each function and rank, above 0 and at most 1; a character is not asked those that are
            in its persona, or near to them.
        seed: Seed of the draw and of the order of the words yes and no.

    Returns:
        One row per statement and character, grouped by character: id, character, type (`statement` or `acquiescence`),
        function and rank (empty and 0 for the latter), pair and keyed (0 for the former), statement, options, assigned (the
        character's functions, strongest first), answer (the function's assigned rank; empty for the latter), stimulus.

    Raises:
        UserError: If a name is unknown, the ratio is out of range, a file is missing or a line is not valid.
    """
    pairs = sample_pairs(sample, library.acquiescence)
    rows: list[dict[str, Any]] = []
    for character in choose_characters(characters, sample, library.ids, QUICK_CHARACTERS):
        person = library.character(character)
        order = list(person.functions)
        if missing := [function for function in FUNCTIONS if function not in order]:
            raise UserError(
                f"character '{character}' has no rank of the function {missing[0]}: add it to 'functions' of its profile"
            )
        common = {"character": character, "assigned": order}
        for item in sample_statements(sample, library.personality_items, person.traits, ratio, seed):
            row_id = f"{character}-{item.function}-{item.rank}-{item.index:02d}"
            columns = {"type": "statement", "function": item.function, "rank": item.rank, "pair": 0, "keyed": 0}
            answer = str(1 + order.index(item.function))
            rows.append({**common, "id": row_id, **columns, **_put(row_id, character, item.text, seed), "answer": answer})
        for item in pairs:
            row_id = f"{character}-pair-{item.pair}{'+' if item.keyed > 0 else '-'}"
            columns = {"type": "acquiescence", "function": "", "rank": 0, "pair": item.pair, "keyed": item.keyed}
            rows.append({**common, "id": row_id, **columns, **_put(row_id, character, item.text, seed), "answer": ""})
    return rows


def _put(row_id: str, character: str, text: str, seed: int) -> dict[str, Any]:
    stimulus = statement_stimulus(row_id, character, text, seed)
    return {"statement": text, "options": list(stimulus.options), STIMULUS: stimulus}
