"""The experiments by name: what a row's column `experiment` refers to."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.errors import unknown
from human_simulacra.experiments.conformity.experiment import Conformity
from human_simulacra.experiments.false_memory.experiment import Unanswerable
from human_simulacra.experiments.observer.experiment import Observer
from human_simulacra.experiments.personality.experiment import Personality
from human_simulacra.experiments.self_report.experiment import SelfReport
from human_simulacra.results.answering_agreement import with_answering
from human_simulacra.results.paired_comparisons import with_pairs
from human_simulacra.results.self_observer_gap import with_gap
from human_simulacra.results.summary import Experiment, Row, Summary

_ALL: tuple[Experiment, ...] = (SelfReport(), Personality(), Unanswerable(), Conformity(), Observer())
EXPERIMENTS = {experiment.name: experiment for experiment in _ALL}


def experiment(name: str) -> Experiment:
    """Returns an experiment; an unknown name raises a UserError that names the nearest."""
    if name not in EXPERIMENTS:
        raise unknown("experiment", name, EXPERIMENTS)
    return EXPERIMENTS[name]


def summarise(rows: Sequence[Row]) -> list[Summary]:
    """Returns the summary of every experiment in a run's marked rows, in order of appearance."""
    names = dict.fromkeys(row["experiment"] for row in rows)
    parts = {name: [row for row in rows if row["experiment"] == name] for name in names}
    found = with_gap([with_pairs(experiment(name).summarise(part)) for name, part in parts.items()])
    return [with_answering(summary, parts[summary.experiment]) for summary in found]
