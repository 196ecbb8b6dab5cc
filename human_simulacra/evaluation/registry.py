"""The experiments by name: what a row's column `experiment` refers to."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.errors import unknown
from human_simulacra.evaluation.conformity import Conformity
from human_simulacra.evaluation.experiments import Experiment, Row, Summary
from human_simulacra.evaluation.gap import with_gap
from human_simulacra.evaluation.observer import Observer
from human_simulacra.evaluation.pairing import with_pairs
from human_simulacra.evaluation.personality import Personality
from human_simulacra.evaluation.self_report import SelfReport
from human_simulacra.evaluation.twins import with_answering
from human_simulacra.evaluation.unanswerable import Unanswerable

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
