"""The rows of an experiment as whole prompts, which any OpenCompass model can answer without being wrapped in a `Simulacrum`."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow
from datasets import Dataset

from human_simulacra.errors import UserError
from human_simulacra.experiments.base import CONVERSATION
from human_simulacra.library import Library
from human_simulacra.library_as_of import LibraryAsOf
from human_simulacra.persona import no_persona, persona
from human_simulacra.plugin.dataset import ExperimentDataset, in_memory
from human_simulacra.plugin.stimulus_serialization import decode_stimulus


class PromptDataset(ExperimentDataset):
    """An experiment's rows with the columns `system` and `prompt`, for `GenInferencer` and a `PromptTemplate`.

    They are what the methods `prompt` (with the persona) and `none` (without) of a `Simulacrum` say. In a config:
    `dict(type=PromptDataset, experiment='self_report', persona=True, ...)` with the arguments of `ExperimentDataset`.
    """

    own_arguments = (*ExperimentDataset.own_arguments, "persona")

    @classmethod
    def load(cls, *values: Any, persona: bool = True, **arguments: Any) -> Dataset:
        """Loads the rows.

        Args:
            *values: As for `ExperimentDataset.load`.
            persona: Whether the system message holds the character's persona, as of the row's point in time.
            **arguments: As for `ExperimentDataset.load`.

        Returns:
            The rows of `ExperimentDataset.load` with a further column, `system`. `prompt` is the last column: OpenCompass 0.5.4
            fills a template with one column after the other, also within what an earlier one has put there, so that a question
            with `{answer}` in it would otherwise be filled in.

        Raises:
            UserError: As `ExperimentDataset.load`; or if the experiment asks in conversations, whose later turns need the model's
                earlier replies.
        """
        rows = super().load(*values, **arguments)
        if CONVERSATION in rows.column_names:
            raise UserError(
                f"experiment '{rows['experiment'][0]}' asks in conversations, which a single prompt cannot hold: "
                "wrap the model, dict(type=Simulacrum, llm=...), and use ExperimentDataset"
            )
        system = _system_messages(Library(arguments.get("data"))) if persona else lambda *_: no_persona()
        stimuli = [decode_stimulus(envelope) for envelope in rows["envelope"]]
        last = {
            # OpenCompass overwrites these two; they stand here so that it does not put them behind the prompt.
            "idx": list(range(len(rows))),
            "subdivision": [""] * len(rows),
            "system": [system(stimulus.character, stimulus.as_of) for stimulus in stimuli],
            "prompt": [stimulus.text for stimulus in stimuli],
        }
        rows = rows.remove_columns("prompt")
        return in_memory(pyarrow.table({**{name: rows[name] for name in rows.column_names}, **last}))


def _system_messages(library: Library) -> Any:
    """Returns a function of a character's id and a point in time (empty for today) that gives the persona."""

    @cache
    def system(character: str, as_of: str) -> str:
        return persona((LibraryAsOf(library, as_of) if as_of else library).character(character))

    return system
