"""The self report on the form 'life': ten questions per type and character that only the life can answer."""

from mmengine.config import read_base

with read_base():
    from .self_report import self_report_datasets

self_report_datasets = [dict(dataset, sample='life') for dataset in self_report_datasets]
