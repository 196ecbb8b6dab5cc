"""Interrogation of five methods on the embedded backbone, on the sample 'quick': do their accounts hold together?

For all chains, read by judges, import `.datasets.interrogation` instead of `.datasets.interrogation_quick`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.interrogation_quick import interrogation_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = interrogation_datasets
# At temperature 0, the second conversation would repeat the first.
models = [dict(model, temperature=0.7) for model in models]
work_dir = 'outputs/interrogation'
