"""Interrogation on the sample 'quick': one theme of each of two characters, in two conversations, read by rules alone."""

from mmengine.config import read_base

from human_simulacra.plugin.evaluator import ExperimentEvaluator

with read_base():
    from .interrogation import interrogation_datasets

interrogation_datasets = [
    dict(dataset, sample='quick', eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator))) for dataset in interrogation_datasets
]
