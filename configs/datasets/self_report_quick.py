"""The self report on the sample 'quick': three questions per type of three characters, of the form 'life'."""

from mmengine.config import read_base

with read_base():
    from .self_report import self_report_datasets

self_report_datasets = [dict(dataset, sample='quick') for dataset in self_report_datasets]
