"""The personality test on the sample 'quick': two statements of each function, two pairs, one character."""

from mmengine.config import read_base

with read_base():
    from .personality import personality_datasets

personality_datasets = [dict(dataset, sample='quick') for dataset in personality_datasets]
