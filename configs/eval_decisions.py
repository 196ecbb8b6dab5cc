"""Decisions with five methods on the embedded backbone, on the sample 'quick': does a character choose what it chose?

For all of them, import `.datasets.decisions` instead of `.datasets.decisions_quick`. To have judges
read the reasons, import `.datasets.decisions_with_reasons`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.decisions_quick import decisions_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer
    from .models.as_of_today import today_models

datasets = decisions_datasets
models = [*models, *today_models]
work_dir = 'outputs/decisions'
