"""Questions that a character cannot answer, put to it as to a friend, as open questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from datasets import Dataset

from human_simulacra.errors import UserError
from human_simulacra.experiments.samples import chosen_characters, sample_unanswerable
from human_simulacra.library import Library
from human_simulacra.plugin.dataset import CharacterDataset, in_runs
from human_simulacra.stimuli import open_stimulus


class UnanswerableDataset(CharacterDataset):
    """Questions beyond what is told of a character, or beyond what it could know."""

    @staticmethod
    def load(sample: str = "all", characters: Sequence[str] | None = None, runs: int = 1, data: str | None = None) -> Dataset:
        """Loads the rows.

        Args:
            sample: A named sample (`evaluation.samples`).
            characters: Ids of the characters to take; None for those of the sample.
            runs: How often each question is asked, each time as another draw.
            data: A data folder; None for the dataset package.

        Returns:
            One row a question and run, rows of a character together: experiment, id, character, type (`unanswerable` or
            `beyond_knowledge`), question, why (nobody could know), answer (empty), run, prompt, query, envelope.

        Raises:
            UserError: If a name is unknown, the folder is missing or a line is broken.
        """
        library = Library(data)
        wanted = chosen_characters(characters, sample, library.ids)
        rows: list[dict[str, Any]] = []
        for character in wanted:
            for question in sample_unanswerable(sample, library.unanswerable(character)):
                columns = asdict(question)
                base = {"experiment": "unanswerable", "type": columns.pop("kind"), **columns, "answer": ""}
                put = open_stimulus("unanswerable", question.id, character, question.question)
                rows += [{**base, **carried} for carried in in_runs(put, runs)]
        if not rows:
            raise UserError(f"no unanswerable question in sample '{sample}' of {', '.join(wanted)} in {library.path}")
        return Dataset.from_list(rows)
