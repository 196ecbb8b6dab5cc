"""The dataset class of `experiments.false_memory`."""

from human_simulacra.plugin.dataset import ExperimentDataset


class UnanswerableDataset(ExperimentDataset):
    """Unanswerable questions; see `experiments.false_memory.rows`."""

    experiment = "unanswerable"
