"""Rows of the false-memory experiment: a row is an open question that no true memory answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.samples import Sample, choose_characters, repeat_row, require_rows
from human_simulacra.items import Unanswerable
from human_simulacra.library import Library
from human_simulacra.schema import AtLeastOne, Names
from human_simulacra.stimuli import recall_stimulus

QUICK = "the first two questions with a false premise and the first beyond the character's knowledge"
QUICK_QUESTIONS = {"false_premise": 2, "beyond_knowledge": 1}


def sample_unanswerable(sample: str, questions: Sequence[Unanswerable]) -> list[Unanswerable]:
    """Returns the unanswerable questions of one character in a sample, in order."""
    if sample != "quick":
        return list(questions)
    return [q for kind, count in QUICK_QUESTIONS.items() for q in [q for q in questions if q.kind == kind][:count]]


def false_memory_rows(
    library: Library, sample: Sample = "all", characters: Names | None = None, runs: AtLeastOne = 1
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        runs: Number of runs of each question, each with its own sample.

    Returns:
        One row per question and run, grouped by character: id, character, type (`beyond_knowledge` or
        `false_premise`), question, why (no true memory answers it), evidence, answer (empty), run, stimulus.

    Raises:
        UserError: If a name is unknown, a line is not valid, or there is no question.
    """
    wanted = choose_characters(characters, sample, library.ids)
    rows: list[dict[str, Any]] = []
    for character in wanted:
        for question in sample_unanswerable(sample, library.unanswerable(character)):
            columns = asdict(question)
            row = {"type": columns.pop("kind"), **columns, "answer": ""}
            rows += repeat_row(row, recall_stimulus(question.id, character, question.question), runs)
    require_rows(rows, "unanswerable question", sample, wanted, library)
    return rows
