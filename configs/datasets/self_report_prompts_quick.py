"""The self report for models that are no simulacra, on the sample 'quick': three questions per type of three characters."""

from mmengine.config import read_base

with read_base():
    from .self_report_prompts import self_report_prompts_datasets

self_report_prompts_datasets = [dict(dataset, sample='quick') for dataset in self_report_prompts_datasets]
