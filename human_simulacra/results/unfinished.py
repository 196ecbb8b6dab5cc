"""Names in the summaries of a run the models and datasets that are not in its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from human_simulacra.results.primary_comparisons import NAME as PRIMARY
from human_simulacra.results.summary import Caution, Summary


def with_unfinished(summaries: Sequence[Summary], description: Mapping[str, Any]) -> list[Summary]:
    """Adds a note to the primary comparisons, and to each experiment that lacks a dataset of a model.

    Args:
        summaries: The summaries of a run.
        description: The run's description, which lists `unfinished` (model, dataset) and the experiment of each dataset. That of
            an earlier version names no experiment, and its summaries have no such note.
    """
    experiments = {dataset["abbr"]: dataset.get("experiment") for dataset in description.get("datasets") or ()}
    pairs = [(model, dataset) for model, dataset in description.get("unfinished") or () if experiments.get(dataset)]
    result = []
    for summary in summaries:
        own = [pair for pair in pairs if summary.experiment in (PRIMARY, experiments[pair[1]])]
        # The primary comparisons name them all, so that a run need not print it again for each experiment.
        note = (Caution if summary.experiment == PRIMARY else str)(describe_unfinished(own))
        result.append(replace(summary, notes=(note, *summary.notes)) if own else summary)
    return result


def describe_unfinished(pairs: Sequence[Sequence[str]]) -> str:
    """Returns the sentence that names what was not wholly evaluated."""
    return f"Not wholly evaluated, so the figures lack rows of: {', '.join('/'.join(pair) for pair in pairs)}."
