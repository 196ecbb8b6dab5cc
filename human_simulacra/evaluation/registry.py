"""The experiments by name: what a row's column `experiment` refers to."""

from __future__ import annotations

from human_simulacra.errors import unknown
from human_simulacra.evaluation.experiments import Experiment
from human_simulacra.evaluation.personality import Personality
from human_simulacra.evaluation.self_report import SelfReport

EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in (SelfReport(), Personality())}


def experiment(name: str) -> Experiment:
    """Returns an experiment; an unknown name raises a UserError that names the nearest."""
    if name not in EXPERIMENTS:
        raise unknown("experiment", name, EXPERIMENTS)
    return EXPERIMENTS[name]
