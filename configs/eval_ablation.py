"""Ablation of MACM at a matched token budget: what memory, thinking and emotion each contribute, on the sample 'quick'.

A disabled agent is replaced by a placebo (docs/statistics.md). `matched = False` removes it and saves tokens.
"""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .datasets.self_report_quick import self_report_datasets
    from .models.ablation import ablation_variants
    from .models.embedded import embedded
    from .summarizers.run import eval, infer, summarizer

matched = True
datasets = self_report_datasets
models = [
    dict(
        type=Simulacrum,
        abbr='smollm2-macm-' + variant['name'],
        llm=embedded,
        method='macm',
        method_kwargs=dict(components=variant['components'], matched=matched, retriever='hybrid', memories=2),
        concurrency=2,
    )
    for variant in ablation_variants
]
summarizer = dict(summarizer, everything='', primary=dict(against='smollm2-macm-whole'))
work_dir = 'outputs/ablation'
