"""Named, deterministic samples of characters, and repeated runs of a row: what all experiments share in choosing rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Literal

from human_simulacra.errors import UserError, unknown
from human_simulacra.experiments.base import CONVERSATION, STIMULUS
from human_simulacra.library import Library
from human_simulacra.types import Stimulus

Sample = Literal["all", "core", "life", "quick"]
# What each sample takes of the characters; see `describe_rows`.
SAMPLES: dict[str, str] = {
    "all": "every row of {characters}",
    "core": "the core questions (comparable to the paper's fifteen) of {characters}",
    "life": "the questions on the story alone that readers without it seldom get right, of {characters}",
    "quick": "{characters}",
}
QUICK_CHARACTERS = 3


def describe_rows(sample: str, characters: Sequence[str] | None = None) -> str:
    """Describes in words what a sample takes.

    Args:
        sample: A key of `SAMPLES`.
        characters: The ids of the characters that a config names; None where the sample chooses them.
    """
    chosen = "at most three characters, evenly spaced in the order of their ids" if sample == "quick" else "every character"
    return SAMPLES[sample].format(characters=", ".join(characters) if characters else chosen)


def choose_characters(named: Sequence[str] | None, sample: str, ids: Sequence[str], most: int = QUICK_CHARACTERS) -> list[str]:
    """Returns the characters that the config names, else those that the sample takes; see `sample_characters`."""
    return list(named) if named is not None else sample_characters(sample, ids, most)


def sample_characters(sample: str, ids: Sequence[str], most: int = QUICK_CHARACTERS) -> list[str]:
    """Returns which characters a sample takes, in order.

    Args:
        sample: A key of `SAMPLES`.
        ids: Every character's id, sorted.
        most: The largest number of characters in `quick`. Fewer than three are among the three, so that experiments share them.

    Raises:
        UserError: If the sample is unknown.
    """
    if sample not in SAMPLES:
        raise unknown("sample", sample, SAMPLES)
    if sample != "quick":
        return list(ids)
    count = min(len(ids), QUICK_CHARACTERS)
    return [ids[i * len(ids) // count] for i in range(count)][:most]


def repeat_row(row: Mapping[str, Any], stimulus: Stimulus, runs: int) -> list[dict[str, Any]]:
    """Returns a row once for each run, so that test-retest reliability can be measured.

    Args:
        row: The row's columns.
        stimulus: What is put to the model; each run is another draw of it.
        runs: How often the row is asked.

    Returns:
        The rows with the columns run (from 1) and stimulus.
    """
    return [{**row, "run": draw + 1, STIMULUS: replace(stimulus, sample=draw)} for draw in range(runs)]


def require_rows(rows: Sequence[Mapping[str, Any]], what: str, sample: str, characters: Sequence[str], library: Library) -> None:
    """Checks that a sample has rows.

    Args:
        rows: The rows found.
        what: What a row stands for, as the message names it.
        sample: A named sample.
        characters: Ids of its characters.
        library: Where they were looked for.

    Raises:
        UserError: If there is no row.
    """
    if not rows:
        raise UserError(f"no {what} in sample '{sample}' of {', '.join(characters)} in {library.path}")


def limit_rows(rows: Sequence[Mapping[str, Any]], limit: int | None, together: str = CONVERSATION) -> Sequence[Mapping[str, Any]]:
    """Returns about `limit` rows in their order, taken from all characters in turn; what is compared stays together.

    Args:
        rows: The rows of an experiment.
        limit: How many; None for all. The rows that the last one is compared with may exceed it.
        together: The column whose equal values mark the rows of a character that are compared (`Experiment.together`).
    """
    if limit is None:
        return rows
    groups: dict[str, dict[object, list[int]]] = {}
    for place, row in enumerate(rows):
        group = row.get(together) or f"row {place} alone"
        groups.setdefault(str(row["character"]), {}).setdefault(group, []).append(place)
    kept: list[int] = []
    for turn in zip_longest(*(own.values() for own in groups.values())):
        for places in filter(None, turn):
            kept += places if len(kept) < limit else []
    return [rows[place] for place in sorted(kept)]
