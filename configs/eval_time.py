"""Growth with five methods on the embedded backbone, on the sample 'quick': do attitudes at three ages move as the life did?

For all of them, import `.datasets.growth` instead of `.datasets.growth_quick`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.growth_quick import growth_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer
    from .models.as_of_today import today_models

datasets = growth_datasets
models = [*models, *today_models]
work_dir = 'outputs/growth'
