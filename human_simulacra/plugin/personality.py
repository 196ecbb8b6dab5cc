"""The dataset class of `experiments.personality`."""

from human_simulacra.plugin.dataset import ExperimentDataset


class PersonalityDataset(ExperimentDataset):
    """The personality test; see `experiments.personality.rows`."""

    experiment = "personality"
