"""The self report on every question of every character, with five methods on the embedded backbone."""

from mmengine.config import read_base

with read_base():
    from .datasets.self_report import self_report_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer, work_dir

datasets = self_report_datasets
