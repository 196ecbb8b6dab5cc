"""The conformity experiment on the sample 'quick': the first neutral and three critical trials of three characters."""

from mmengine.config import read_base

with read_base():
    from .conformity import conformity_datasets

conformity_datasets = [dict(dataset, sample='quick') for dataset in conformity_datasets]
