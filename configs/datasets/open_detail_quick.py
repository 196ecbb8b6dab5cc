"""Open details on the sample 'quick': two questions of each of three characters."""

from mmengine.config import read_base

with read_base():
    from .open_detail import open_detail_datasets

open_detail_datasets = [dict(dataset, sample='quick') for dataset in open_detail_datasets]
