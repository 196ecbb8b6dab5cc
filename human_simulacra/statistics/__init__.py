"""Statistics on well-kept libraries, each tested on data with a known answer; docs/statistics.md says how to read them."""

from human_simulacra.statistics.confidence_intervals import Estimate, cluster_bootstrap, paired_difference
from human_simulacra.statistics.mixed_model import MixedEffect, MixedModel, mixed_model
from human_simulacra.statistics.paired_tests import (
    Comparison,
    adjusted,
    cohens_dz,
    compare,
    compare_scores,
    holm,
    rank_biserial,
    sign_flip_p,
)
from human_simulacra.statistics.power_analysis import detectable_difference
from human_simulacra.statistics.retest_reliability import Retest, flip_rate, intraclass, retest

__all__ = [
    "Comparison", "Estimate", "MixedEffect", "MixedModel", "Retest", "adjusted", "cluster_bootstrap", "cohens_dz", "compare",
    "compare_scores", "detectable_difference", "flip_rate", "holm", "intraclass", "mixed_model", "paired_difference",
    "rank_biserial", "retest", "sign_flip_p",
]  # fmt: skip
