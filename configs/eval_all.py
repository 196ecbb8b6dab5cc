"""Every experiment with five methods on the embedded backbone, on the samples 'quick'; writes the report."""

from mmengine.config import read_base

with read_base():
    from .datasets.conformity_quick import conformity_datasets
    from .datasets.decisions_quick import decisions_datasets
    from .datasets.growth_quick import growth_datasets
    from .datasets.interrogation_quick import interrogation_datasets
    from .datasets.observer_quick import observer_datasets
    from .datasets.open_detail_quick import open_detail_datasets
    from .datasets.personality_quick import personality_datasets
    from .datasets.self_report_quick import self_report_datasets
    from .datasets.unanswerable_quick import unanswerable_datasets
    from .eval_human_simulacra import eval, infer, models, summarizer

datasets = [
    *self_report_datasets,
    *unanswerable_datasets,
    *open_detail_datasets,
    *personality_datasets,
    *conformity_datasets,
    *observer_datasets,
    *decisions_datasets,
    *growth_datasets,
    # At temperature 0, a second conversation would repeat the first.
    *[dict(dataset, runs=1) for dataset in interrogation_datasets],
]
work_dir = 'outputs/all'
