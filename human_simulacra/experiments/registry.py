"""The one list of experiments. To add an experiment, add the name of its folder to `FOLDERS`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from human_simulacra.errors import unknown
from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.samples import describe_rows
from human_simulacra.results.answering_agreement import with_answering
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import with_bounds_caveats
from human_simulacra.results.paired_comparisons import with_comparisons
from human_simulacra.results.primary_comparisons import PrimaryPlan, primary_summary
from human_simulacra.results.reader_agreement import with_reader
from human_simulacra.results.reply_status import with_reply_status
from human_simulacra.results.self_observer_gap import with_gap
from human_simulacra.results.summary import Row, Summary

# Every folder `human_simulacra/experiments/<folder>/` has an `experiment.py` that defines `EXPERIMENT`.
FOLDERS = (
    "self_report",
    "personality",
    "false_memory",
    "open_detail",
    "conformity",
    "observer",
    "decisions",
    "growth",
    "interrogation",
)

_ALL: list[Experiment] = [import_module(f"human_simulacra.experiments.{folder}.experiment").EXPERIMENT for folder in FOLDERS]
EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in _ALL}


def find_experiment(name: str) -> Experiment:
    """Returns an experiment by its name.

    Raises:
        UserError: If the name is unknown; the message suggests the nearest name.
    """
    if name not in EXPERIMENTS:
        raise unknown("experiment", name, EXPERIMENTS)
    return EXPERIMENTS[name]


def describe_sample(
    sample: str, experiments: Iterable[str], characters: Sequence[str] | None = None, limit: int | None = None
) -> str:
    """Describes in words what a sample takes in these experiments.

    Args:
        sample: A key of `SAMPLES`.
        experiments: Names of experiments.
        characters: The ids of the characters that the config names, if any.
        limit: About how many rows of each dataset are kept; None for all.
    """
    parts = [f"{name.replace('_', ' ')}: {find_experiment(name).quick}" for name in experiments if sample == "quick"]
    kept = [f"of these about {limit} {'row' if limit == 1 else 'rows'} of each dataset"] if limit else []
    return "; ".join([describe_rows(sample, characters), *parts, *kept])


def summarise_run(rows: Sequence[Row], primary: Mapping[str, Any] | None = None) -> list[Summary]:
    """Returns the summaries of a run: its primary comparisons, then every experiment in order of appearance.

    Args:
        rows: The scored rows of all models and experiments of the run.
        primary: The fields of `PrimaryPlan` that the run declares.
    """
    names = dict.fromkeys(row["experiment"] for row in rows)
    parts = {name: [row for row in rows if row["experiment"] == name] for name in names}
    found = [with_comparisons(find_experiment(name).summarise(part)) for name, part in parts.items()]
    references = find_reference_models(rows)
    found = [with_bounds_caveats(summary, references) for summary in found]
    tests = primary_summary(PrimaryPlan(**primary or {}), rows, found, {name: find_experiment(name).headline for name in names})
    found = [with_reader(with_reply_status(s, parts[s.experiment]), parts[s.experiment]) for s in with_gap(found)]
    return [with_answering(summary, parts.get(summary.experiment, rows)) for summary in (tests, *found)]
