"""The conformity experiment: for every character, 18 trials after six others have answered, and the same trials alone."""

from mmengine.config import read_base

from human_simulacra.plugin.conformity import ConformityDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator

with read_base():
    from ..models.reader import reader_llm
    from .self_report import infer_cfg

# To compare majority sizes, a dissenter or the novel trials in one run, add entries with different abbrs.
conformity_datasets = [
    dict(
        type=ConformityDataset,
        abbr='conformity',
        trials='asch',
        majority=6,
        dissenter=False,
        sample='all',
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator, reader_llm=reader_llm)),
    )
]
