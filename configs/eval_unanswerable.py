"""Unanswerable questions: how often each of five methods makes an answer up. The embedded backbone, on the sample 'quick'.

Everything: import `.datasets.unanswerable`. Another backbone: put its OpenCompass config in place of `embedded`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.unanswerable_quick import unanswerable_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = unanswerable_datasets
work_dir = 'outputs/unanswerable'
