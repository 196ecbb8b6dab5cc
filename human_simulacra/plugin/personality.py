"""The personality test's rows: statements of the eight functions, and reverse-keyed pairs, put to every character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from datasets import Dataset

from human_simulacra.experiments.personality.statement_sampling import RATIO, sample_pairs, sample_statements
from human_simulacra.experiments.samples import PERSONALITY_CHARACTERS, chosen_characters
from human_simulacra.library import Library
from human_simulacra.plugin.dataset import CharacterDataset, put
from human_simulacra.stimuli import statement


class PersonalityDataset(CharacterDataset):
    """Yes/no statements, ready to be put to a simulacrum or to any other model."""

    @staticmethod
    def load(
        sample: str = "all",
        characters: Sequence[str] | None = None,
        ratio: float = RATIO,
        seed: int = 0,
        data: str | None = None,
    ) -> Dataset:
        """Loads the rows.

        Args:
            sample: A named sample; `quick` takes few statements of one character (`evaluation.statements`).
            characters: Ids of the characters to take; None for those of the sample.
            ratio: Share of the statements of each function and rank.
            seed: Seed of the draw, and of which of the words yes and no comes first.
            data: A data folder; None for the dataset package.

        Returns:
            One row a statement and character, rows of a character together: experiment, id, character, type (`statement`
            or `acquiescence`), function and rank (empty and 0 for the latter), pair and keyed (0 for the former),
            statement, options, assigned (the character's functions, strongest first), answer (the rank assigned to the
            function, empty for the latter), prompt, query, envelope.

        Raises:
            UserError: If a name is unknown, the ratio is no share, a file is missing or a line is broken.
        """
        library = Library(data)
        wanted = chosen_characters(characters, sample, library.ids, PERSONALITY_CHARACTERS)
        statements = sample_statements(sample, library.personality_items, ratio, seed)
        pairs = sample_pairs(sample, library.acquiescence)
        rows: list[dict[str, Any]] = []
        for who in wanted:
            order = list(library.character(who).functions)
            common = {"experiment": "personality", "character": who, "assigned": order}
            for item in statements:
                row_id = f"{who}-{item.function}-{item.rank}-{item.index:02d}"
                columns = {"type": "statement", "function": item.function, "rank": item.rank, "pair": 0, "keyed": 0}
                answer = str(1 + order.index(item.function))
                rows.append({**common, "id": row_id, **columns, **_columns(row_id, who, item.text, seed), "answer": answer})
            for item in pairs:
                row_id = f"{who}-pair-{item.pair}{'+' if item.keyed > 0 else '-'}"
                columns = {"type": "acquiescence", "function": "", "rank": 0, "pair": item.pair, "keyed": item.keyed}
                rows.append({**common, "id": row_id, **columns, **_columns(row_id, who, item.text, seed), "answer": ""})
        return Dataset.from_list(rows)


def _columns(row_id: str, who: str, text: str, seed: int) -> dict[str, Any]:
    shown = statement(row_id, who, text, seed)
    return {"statement": text, "options": list(shown.options), **put(shown)}
