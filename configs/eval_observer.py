"""The observer report with five methods on the embedded backbone, judged by the embedded model, on the sample 'quick'.

The embedded model is not admitted as a judge: set other judges in `configs/models/judges.py`. For all characters and
situations, import `.datasets.observer`. People grade the answers with `human-simulacra judge RUN_DIR`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.observer_quick import observer_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = observer_datasets
work_dir = 'outputs/observer'
