"""The personality test with five methods on the embedded backbone, on the sample 'quick'.

For all characters, import `.datasets.personality` instead of `.datasets.personality_quick`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.personality_quick import personality_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = personality_datasets
work_dir = 'outputs/personality'
