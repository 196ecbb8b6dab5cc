"""Unanswerable questions with five methods on the embedded backbone, on the sample 'quick': how often is an answer made up?

For all questions, import `.datasets.unanswerable` instead of `.datasets.unanswerable_quick`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.unanswerable_quick import unanswerable_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = unanswerable_datasets
work_dir = 'outputs/unanswerable'
