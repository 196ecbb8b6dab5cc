"""Rows of the interrogation: a row is one turn of a chain of linked questions, a chain is a conversation."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import Any

from human_simulacra.experiments.base import CONVERSATION, RECAP, TURN
from human_simulacra.experiments.samples import Sample, choose_characters, repeat_row, require_rows
from human_simulacra.library import Library
from human_simulacra.prompts import render
from human_simulacra.schema import AtLeastOne, Names
from human_simulacra.stimuli import interview_stimulus

QUICK = "the first theme of each of two characters"
QUICK_CHARACTERS, QUICK_THEMES = 2, 1


def interrogation_rows(
    library: Library, sample: Sample = "all", characters: Names | None = None, runs: AtLeastOne = 1
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        runs: In how many conversations each chain is asked; with two or more, answers of different conversations are compared.

    Returns:
        One row per question and conversation, a conversation's rows together and in order: id, character, type (the theme),
        question, answer (accepted answers), fact, evidence, returns_to (the id of the question that asked for the same fact, or
        empty), run, conversation, turn, recap, stimulus.

    Raises:
        UserError: If a name is unknown, a line is not valid, or there is no question.
    """
    wanted = choose_characters(characters, sample, library.ids, QUICK_CHARACTERS)
    most = QUICK_THEMES if sample == "quick" else None
    rows: list[dict[str, Any]] = []
    for character in wanted:
        by_theme = groupby(library.interrogation(character), key=lambda question: question.theme)
        for theme, chain in [(theme, list(questions)) for theme, questions in by_theme][:most]:
            ids = {question.turn: question.id for question in chain}
            for question in chain:
                kept = asdict(question)
                row = {
                    **{key: kept[key] for key in ("id", "character", "question", "fact", "evidence")}, "type": theme,
                    "answer": list(question.accepted), "returns_to": ids.get(question.returns_to or 0, ""),
                    TURN: question.turn, RECAP: render("interrogation_recap", question=question.question),
                }  # fmt: skip
                asked = repeat_row(row, interview_stimulus(question.id, character, question.question), runs)
                rows += [{**r, CONVERSATION: f"{character}-{theme}-{r['run']}"} for r in asked]
    require_rows(rows, "interrogation", sample, wanted, library)
    return sorted(rows, key=lambda row: (wanted.index(row["character"]), row["run"]))
