"""The self report with a model config that OpenCompass ships, wrapped in a `Simulacrum`."""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from opencompass.configs.models.qwen2_5.hf_qwen2_5_0_5b_instruct import models as stock

    from .datasets.self_report_quick import self_report_datasets
    from .summarizers.run import eval, infer, summarizer

datasets = self_report_datasets
models = [dict(type=Simulacrum, abbr=stock[0]['abbr'] + '-macm', llm=stock[0], method='macm')]
work_dir = 'outputs/stock_model'
