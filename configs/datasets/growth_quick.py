"""Growth on the sample 'quick': one question at three ages of each of three characters."""

from mmengine.config import read_base

with read_base():
    from .growth import growth_datasets

growth_datasets = [dict(dataset, sample='quick') for dataset in growth_datasets]
