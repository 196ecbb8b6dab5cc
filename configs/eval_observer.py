"""The observer report with five methods on the embedded backbone, judged by the embedded model, on the sample 'quick'.

The embedded model will not be admitted as a judge: name other judges in `configs/models/judges.py`, and take the dataset
list from `datasets/observer.py` for every character and situation. People judge with `human-simulacra judge RUN_DIR`.
"""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .datasets.observer_quick import observer_datasets
    from .models.embedded import embedded
    from .models.methods import embedded_methods
    from .summarizers.run import eval, infer, summarizer

datasets = observer_datasets
models = [
    dict(type=Simulacrum, abbr='smollm2-' + entry['method'], llm=embedded, concurrency=2, **entry)
    for entry in embedded_methods
]
work_dir = 'outputs/observer'
