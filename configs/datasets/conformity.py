"""The conformity experiment: 18 trials with six others who answer first, and the same trials alone, for every character."""

from mmengine.config import read_base

from human_simulacra.plugin.conformity import ConformityDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator

with read_base():
    from .self_report import infer_cfg

# Another majority, a dissenter or the novel trials: further entries with an abbr of their own stand side by side in one run.
conformity_datasets = [
    dict(
        type=ConformityDataset,
        abbr='conformity',
        trials='asch',
        majority=6,
        dissenter=None,
        sample='all',
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),
    )
]
