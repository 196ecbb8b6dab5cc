"""Ablation of MACM at a matched token budget: what memory, thinking, emotion and their order are worth, on the sample 'quick'.

Facts, people and motives are told apart in the self report; real choices are in the decisions; open situations and talk are
compared in the observer report. A disabled agent is replaced by a placebo (docs/macm.md). `matched=False` removes it and saves
tokens.
"""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .datasets.decisions_quick import decisions_datasets
    from .datasets.observer_quick import observer_datasets
    from .datasets.self_report_quick import self_report_datasets
    from .models.ablation import ablation_variants
    from .models.embedded import embedded
    from .summarizers.run import eval, infer, summarizer

mechanism = dict(retriever='hybrid', memories=2, agents='separate', matched=True)
datasets = [
    *self_report_datasets,
    *decisions_datasets,
    *[dict(dataset, scenes=1) for dataset in observer_datasets],
]
models = [
    dict(
        type=Simulacrum,
        abbr='smollm2-macm-' + variant['name'],
        llm=embedded,
        method='macm',
        method_kwargs={**mechanism, **{key: value for key, value in variant.items() if key != 'name'}},
        concurrency=2,
    )
    for variant in ablation_variants
]
summarizer = dict(summarizer, everything='', primary=dict(against='smollm2-macm-recall-first'))
work_dir = 'outputs/ablation'
