"""The dataset class of `experiments.conformity`."""

from human_simulacra.plugin.dataset import ExperimentDataset


class ConformityDataset(ExperimentDataset):
    """The conformity experiment; see `experiments.conformity.rows`."""

    experiment = "conformity"
