"""The self report on every question, with five methods on a model behind an OpenAI-compatible API."""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .datasets.self_report import self_report_datasets
    from .models.methods import methods
    from .models.openai_compatible import openai_compatible
    from .summarizers.run import eval, infer, summarizer

datasets = self_report_datasets
models = [
    dict(type=Simulacrum, abbr='gpt-4o-mini-' + entry['method'], llm=openai_compatible, concurrency=16, **entry)
    for entry in methods
]
work_dir = 'outputs/openai_compatible'
