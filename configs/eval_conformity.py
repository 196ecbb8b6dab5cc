"""The conformity experiment with five methods on the embedded backbone, on the sample 'quick'.

Every trial of every character: import `.datasets.conformity` in place of `.datasets.conformity_quick`. Another backbone:
put its OpenCompass config in place of `embedded`.
"""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .datasets.conformity_quick import conformity_datasets
    from .models.embedded import embedded
    from .models.methods import embedded_methods
    from .summarizers.run import eval, infer, summarizer

datasets = conformity_datasets
# The embedded server answers one request at a time: more conversations at once would only wait.
models = [
    dict(type=Simulacrum, abbr='smollm2-' + entry['method'], llm=embedded, concurrency=2, **entry)
    for entry in embedded_methods
]
work_dir = 'outputs/conformity'
