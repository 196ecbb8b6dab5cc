"""The self report on every question, with five methods on a model behind an OpenAI-compatible API."""

from mmengine.config import read_base

with read_base():
    from .datasets.self_report import self_report_datasets
    from .models.openai_compatible import models
    from .summarizers.run import eval, infer, summarizer

datasets = self_report_datasets
work_dir = 'outputs/openai_compatible'
