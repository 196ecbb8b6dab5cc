"""The self report on the form 'life' of every character, with five methods on the embedded backbone: the headline figure."""

from mmengine.config import read_base

with read_base():
    from .datasets.self_report_life import self_report_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = self_report_datasets
work_dir = 'outputs/life'
