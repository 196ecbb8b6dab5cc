"""OpenCompass datasets whose rows are put to simulacra, and the first of them: the self report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from datasets import Dataset
from opencompass.datasets.base import BaseDataset

from human_simulacra.errors import UserError
from human_simulacra.experiments.samples import chosen_characters, sample_questions
from human_simulacra.library import Library
from human_simulacra.plugin.sealed_stimulus import seal
from human_simulacra.stimuli import shuffled, stimulus
from human_simulacra.types import QuestionType, Stimulus


class CharacterDataset(BaseDataset):
    """A dataset whose rows are put to characters.

    Every row has at least: experiment (its name in `evaluation.registry`), id, character, type, answer, prompt, query and
    envelope (the sealed stimulus). `load` takes `data` and `characters`, and reads nothing but a data folder.
    """


def put(shown: Stimulus) -> dict[str, str]:
    """Returns the columns that carry a stimulus to a model: prompt, query and envelope."""
    return {"prompt": shown.text, "query": shown.query, "envelope": seal(shown)}


def in_runs(shown: Stimulus, runs: int) -> list[dict[str, Any]]:
    """Returns the columns that carry a stimulus once a run, each as another draw: run (from 1), prompt, query and envelope.

    Raises:
        UserError: If `runs` is no whole number of at least 1.
    """
    if not isinstance(runs, int) or isinstance(runs, bool) or runs < 1:
        raise UserError(f"runs must be a whole number of at least 1, not {runs!r}")
    return [{"run": sample + 1, **put(replace(shown, sample=sample))} for sample in range(runs)]


class SelfReportDataset(CharacterDataset):
    """Questions of one type, ready to be put to a simulacrum or to any other model."""

    @staticmethod
    def load(
        question_type: QuestionType,
        sample: str = "all",
        characters: Sequence[str] | None = None,
        seed: int = 0,
        runs: int = 1,
        data: str | None = None,
    ) -> Dataset:
        """Loads the rows.

        Args:
            question_type: `cloze`, `single_choice` or `multiple_choice`.
            sample: A named sample (`evaluation.samples`).
            characters: Ids of the characters to take; None for those of the sample.
            seed: Seed of the options' order.
            runs: How often each question is asked, each time as another draw (test-retest).
            data: A data folder; None for the dataset package.

        Returns:
            One row a question and run, rows of a character together: experiment, id, character, type, question, options (as
            shown), answer (positions as shown, or accepted strings), evidence, source, core, run, prompt, query, envelope.

        Raises:
            UserError: If a name is unknown, the folder is missing or a line is broken.
        """
        library = Library(data)
        wanted = chosen_characters(characters, sample, library.ids)
        rows: list[dict[str, Any]] = []
        for character in wanted:
            for question in sample_questions(sample, library.questions(character, question_type)):
                shown = shuffled(question, seed)
                base = {"experiment": "self_report", **asdict(shown)}
                rows += [{**base, **carried} for carried in in_runs(stimulus(shown), runs)]
        if not rows:
            raise UserError(f"no {question_type} question in sample '{sample}' of {', '.join(wanted)} in {library.path}")
        return Dataset.from_list(rows)
