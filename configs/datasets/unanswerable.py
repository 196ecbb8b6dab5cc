"""Every unanswerable question, in open-ended form."""

from mmengine.config import read_base

from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.unanswerable import UnanswerableDataset

with read_base():
    from ..models.reader import reader_llm
    from .self_report import infer_cfg

unanswerable_datasets = [
    dict(
        type=UnanswerableDataset,
        abbr='unanswerable',
        sample='all',
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator, reader_llm=reader_llm)),
    )
]
