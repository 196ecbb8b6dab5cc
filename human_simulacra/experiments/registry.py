"""The one list of experiments. To add an experiment, add the name of its folder to `FOLDERS`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module

from human_simulacra.errors import unknown
from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.samples import SAMPLES
from human_simulacra.results.answering_agreement import with_answering
from human_simulacra.results.paired_comparisons import with_comparisons
from human_simulacra.results.reader_agreement import with_reader
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


def describe_sample(sample: str, experiments: Iterable[str]) -> str:
    """Describes in words what a sample takes in these experiments.

    Args:
        sample: A key of `SAMPLES`.
        experiments: Names of experiments.
    """
    parts = [f"{name.replace('_', ' ')}: {find_experiment(name).quick}" for name in experiments if sample == "quick"]
    return "; ".join([SAMPLES[sample], *parts])


def summarise_run(rows: Sequence[Row]) -> list[Summary]:
    """Returns the summary of every experiment in a run, in order of appearance.

    Args:
        rows: The scored rows of all models and experiments of the run.
    """
    names = dict.fromkeys(row["experiment"] for row in rows)
    parts = {name: [row for row in rows if row["experiment"] == name] for name in names}
    found = with_gap([with_comparisons(find_experiment(name).summarise(part)) for name, part in parts.items()])
    return [with_answering(with_reader(summary, parts[summary.experiment]), parts[summary.experiment]) for summary in found]
