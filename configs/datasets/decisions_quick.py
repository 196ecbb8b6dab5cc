"""Decisions on the sample 'quick': two moments of each of three characters."""

from mmengine.config import read_base

with read_base():
    from .decisions import decisions_datasets

decisions_datasets = [dict(dataset, sample='quick') for dataset in decisions_datasets]
