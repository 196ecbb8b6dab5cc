"""The conformity experiment with five methods on the embedded backbone, on the sample 'quick'.

Every trial of every character: import `.datasets.conformity` in place of `.datasets.conformity_quick`. Another backbone:
put its OpenCompass config in place of `embedded`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.conformity_quick import conformity_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = conformity_datasets
work_dir = 'outputs/conformity'
