"""Every experiment with five methods on the embedded backbone, on the samples 'quick'; ends with the report."""

from mmengine.config import read_base

with read_base():
    from .datasets.self_report_quick import self_report_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = [
    *self_report_datasets,
]
work_dir = 'outputs/all'
