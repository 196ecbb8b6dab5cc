"""The self report with five methods on the embedded backbone, on the sample 'quick'.

For all questions, run `configs/eval_full.py`. To change the backbone, replace `embedded` by its OpenCompass config.
"""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .datasets.self_report_quick import self_report_datasets
    from .models.embedded import embedded
    from .models.methods import embedded_methods
    from .summarizers.run import eval, infer, summarizer

datasets = self_report_datasets
# The embedded server answers one request at a time, so more concurrency would not help.
models = [
    dict(type=Simulacrum, abbr='smollm2-' + entry['method'], llm=embedded, concurrency=2, **entry)
    for entry in embedded_methods
]
work_dir = 'outputs/human_simulacra'
