"""Unanswerable questions under the name that configs use; its rows are made in `experiments/false_memory`."""

from human_simulacra.plugin.dataset import ExperimentDataset


class UnanswerableDataset(ExperimentDataset):
    """Unanswerable questions; see `experiments.false_memory.rows`."""

    experiment = "unanswerable"
