"""Open details with five methods on the embedded backbone, on the sample 'quick': does an answer contradict the life?

The embedded model is not admitted as a judge: set other judges in `configs/models/judges.py`. For all questions, import
`.datasets.open_detail` instead of `.datasets.open_detail_quick`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.open_detail_quick import open_detail_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = open_detail_datasets
work_dir = 'outputs/open_detail'
