"""Rows of the open-detail experiment: a row is a question on what the texts do not say but the person must know."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.samples import Sample, choose_characters, repeat_row, require_rows
from human_simulacra.library import Library
from human_simulacra.schema import AtLeastOne, Names
from human_simulacra.stimuli import recall_stimulus

QUICK = "the first two questions of each character"
QUICK_QUESTIONS = 2


def open_detail_rows(
    library: Library, sample: Sample = "all", characters: Names | None = None, runs: AtLeastOne = 1
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        runs: Number of runs of each question, each with its own sample.

    Returns:
        One row per question and run, grouped by character: id, character, type (`open_detail`), question, why (what a reply
        must not contradict), evidence, fits and contradicts (replies that do and do not agree with the life; may be empty),
        answer (empty), run, stimulus.

    Raises:
        UserError: If a name is unknown, a line is not valid, or there is no question.
    """
    wanted = choose_characters(characters, sample, library.ids)
    most = QUICK_QUESTIONS if sample == "quick" else None
    rows: list[dict[str, Any]] = []
    for character in wanted:
        for question in library.open_details(character)[:most]:
            row = {"type": "open_detail", **asdict(question), "answer": ""}
            rows += repeat_row(row, recall_stimulus(question.id, character, question.question), runs)
    require_rows(rows, "open detail", sample, wanted, library)
    return rows
