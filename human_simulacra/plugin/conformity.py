"""The conformity experiment under the name that configs use; its rows are made in `experiments/conformity`."""

from human_simulacra.plugin.dataset import ExperimentDataset


class ConformityDataset(ExperimentDataset):
    """The conformity experiment; see `experiments.conformity.rows`."""

    experiment = "conformity"
