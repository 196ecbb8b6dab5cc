"""The personality test on a sample of the statements, balanced over functions and ranks, and the reverse-keyed pairs."""

from mmengine.config import read_base

from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.personality import PersonalityDataset

with read_base():
    from ..models.reader import reader_llm
    from .self_report import infer_cfg

personality_datasets = [
    dict(
        type=PersonalityDataset,
        abbr='personality',
        sample='all',
        ratio=0.8,
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator, reader_llm=reader_llm)),
    )
]
