"""The self report with five methods on the embedded backbone, on the sample 'quick'.

For all questions, run `configs/eval_full.py`. For another backbone, import `models` from another file of `configs/models`.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.self_report_quick import self_report_datasets
    from .models.embedded import models
    from .summarizers.run import eval, infer, summarizer

datasets = self_report_datasets
work_dir = 'outputs/human_simulacra'
