"""The self report on your own characters, on the embedded backbone: `HUMAN_SIMULACRA_DATA=DIR python run.py ...`.

One character is enough. The control `shuffled` needs two; with two or more, `configs/eval_full.py` works too.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.self_report import self_report_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = self_report_datasets
models = [model for model in models if model['method'] != 'shuffled']
work_dir = 'outputs/own_characters'
