"""Every decision with its reason; the judges of `configs/models/judges.py` compare the stated reason with the person's own."""

from mmengine.config import read_base

from human_simulacra.plugin.decisions import DecisionReasonEvaluator

with read_base():
    from ..models.judges import judges
    from .decisions import decisions_datasets

decisions_datasets = [
    dict(dataset, reason=True, eval_cfg=dict(evaluator=dict(type=DecisionReasonEvaluator, judges=judges)))
    for dataset in decisions_datasets
]
