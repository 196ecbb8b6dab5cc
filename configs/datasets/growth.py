"""Every question on attitudes, at every age."""

from mmengine.config import read_base

from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator

with read_base():
    from ..models.reader import reader_llm
    from .self_report import infer_cfg

growth_datasets = [
    dict(
        type=ExperimentDataset,
        experiment='growth',
        abbr='growth',
        sample='all',
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator, reader_llm=reader_llm)),
    )
]
