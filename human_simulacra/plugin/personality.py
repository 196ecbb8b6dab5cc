"""The personality test under the name that configs use; its rows are made in `experiments/personality`."""

from human_simulacra.plugin.dataset import ExperimentDataset


class PersonalityDataset(ExperimentDataset):
    """The personality test; see `experiments.personality.rows`."""

    experiment = "personality"
