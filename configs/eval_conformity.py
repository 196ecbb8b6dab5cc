"""The conformity experiment with five methods on the embedded backbone, on the sample 'quick'.

For all trials of all characters, import `.datasets.conformity` instead of `.datasets.conformity_quick`. To change the
backbone, replace `embedded` in `eval_human_simulacra.py` by its OpenCompass config.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.conformity_quick import conformity_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = conformity_datasets
work_dir = 'outputs/conformity'
