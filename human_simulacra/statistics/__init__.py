"""Statistics built on scipy, statsmodels and pingouin, tested on data with known answers; docs/statistics.md explains them."""

from human_simulacra.statistics.confidence_intervals import (
    PERCENTAGE,
    Estimate,
    cluster_interval,
    difference_interval,
    mean_interval,
)
from human_simulacra.statistics.mixed_model import MixedEffect, MixedModel, fit_mixed_model
from human_simulacra.statistics.paired_tests import (
    Comparison,
    cohens_dz,
    compare_character_scores,
    compare_models,
    holm_correction,
    rank_biserial,
    sign_flip_p,
)
from human_simulacra.statistics.power_analysis import detectable_difference
from human_simulacra.statistics.retest_reliability import RetestReliability, estimate_reliability, flip_rate, icc21

__all__ = [
    "PERCENTAGE", "Comparison", "Estimate", "MixedEffect", "MixedModel", "RetestReliability", "cluster_interval", "cohens_dz",
    "compare_character_scores", "compare_models", "detectable_difference", "difference_interval", "estimate_reliability",
    "fit_mixed_model", "flip_rate", "holm_correction", "icc21", "mean_interval", "rank_biserial", "sign_flip_p",
]  # fmt: skip
