"""Rows of the self report: a row is a question about a character's life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.experiments.cloze_candidates import draw_candidates
from human_simulacra.experiments.samples import Sample, choose_characters, repeat_row, require_rows
from human_simulacra.library import Library
from human_simulacra.results.reader_agreement import CANDIDATES
from human_simulacra.schema import AtLeastOne, Names, Whole
from human_simulacra.stimuli import question_stimulus, shuffle_options
from human_simulacra.types import Question, QuestionType

QUICK = "the first three questions a type of the form 'life'"
QUICK_QUESTIONS = 3
# Columns of a question that say how it was made, which no score needs.
NOT_ASKED = ("why_wrong", "blind_readers", "open_book", "open_book_readers")


def sample_questions(sample: str, questions: Sequence[Question]) -> list[Question]:
    """Returns the questions of one type and character in a sample, in order.

    A character whose questions nobody has put to readers without the text has none of the form `life`: its core questions
    take their place.
    """
    if sample == "all":
        return list(questions)
    core = [question for question in questions if question.core]
    if sample == "core":
        return core
    life = [question for question in questions if question.life] or core
    return life[:QUICK_QUESTIONS] if sample == "quick" else life


def self_report_rows(
    library: Library,
    question_type: QuestionType,
    sample: Sample = "all",
    characters: Names | None = None,
    seed: Whole = 0,
    runs: AtLeastOne = 1,
    abstention: bool = False,
) -> list[dict[str, Any]]:
    """Returns the rows of one question type.

    Args:
        library: The characters.
        question_type: `cloze`, `single_choice` or `multiple_choice`.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        seed: Seed of the order of options.
        runs: Number of runs of each question, each with its own sample (test-retest).
        abstention: Whether not knowing is an answer: a last option of choice questions, and allowed by the prompt of cloze ones.

    Returns:
        One row per question and run, grouped by character: id, character, type, question, options (as shown), answer
        (positions as shown, or accepted strings), evidence, source, core, life, kind, blind, abstention, run, stimulus; of cloze
        questions also candidates, the answer among those of other questions (`draw_candidates`).

    Raises:
        UserError: If a name is unknown, a line is not valid, `abstention` is neither True nor False, or there is no question.
    """
    wanted = choose_characters(characters, sample, library.ids)
    rows: list[dict[str, Any]] = []
    for character in wanted:
        questions = library.questions(character, question_type)
        answers = {question.id: [str(answer) for answer in question.answer] for question in questions}
        for question in sample_questions(sample, questions):
            shown = shuffle_options(question, seed)
            columns = {key: value for key, value in asdict(shown).items() if key not in NOT_ASKED}
            if question_type == "cloze":
                columns[CANDIDATES] = draw_candidates(question.id, answers[question.id], answers.values())
            rows += repeat_row({**columns, "abstention": abstention}, question_stimulus(shown, abstention), runs)
    require_rows(rows, f"{question_type} question", sample, wanted, library)
    return rows
