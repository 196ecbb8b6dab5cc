"""Every chain of linked questions; each is asked in two conversations. The judges read the answers for contradictions."""

from mmengine.config import read_base

from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.interrogation import InterrogationEvaluator

with read_base():
    from ..models.judges import judges
    from .self_report import infer_cfg

interrogation_datasets = [
    dict(
        type=ExperimentDataset,
        experiment='interrogation',
        abbr='interrogation',
        sample='all',
        runs=2,
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=InterrogationEvaluator, judges=judges)),
    )
]
