"""Unanswerable questions on the sample 'quick': two left open and one beyond knowledge, of three characters."""

from mmengine.config import read_base

with read_base():
    from .unanswerable import unanswerable_datasets

unanswerable_datasets = [dict(dataset, sample='quick') for dataset in unanswerable_datasets]
