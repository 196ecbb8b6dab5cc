"""Every question of your own characters, on the embedded backbone: `HUMAN_SIMULACRA_DATA=DIR python run.py ...`.

A single character is enough. The control `shuffled` needs two: with more, `configs/eval_full.py` runs on them as well.
"""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .datasets.self_report import self_report_datasets
    from .models.embedded import embedded
    from .models.methods import embedded_methods
    from .summarizers.run import eval, infer, summarizer

datasets = self_report_datasets
models = [
    dict(type=Simulacrum, abbr='smollm2-' + entry['method'], llm=embedded, concurrency=2, **entry)
    for entry in embedded_methods
    if entry['method'] != 'shuffled'
]
work_dir = 'outputs/own_characters'
