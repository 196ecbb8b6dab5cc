"""Questions that a character cannot answer, on the sample 'quick'."""

from mmengine.config import read_base

with read_base():
    from .unanswerable import unanswerable_datasets

unanswerable_datasets = [dict(dataset, sample='quick') for dataset in unanswerable_datasets]
