"""Every question that the texts leave open; the judges of `configs/models/judges.py` look for contradictions."""

from mmengine.config import read_base

from human_simulacra.plugin.open_detail import OpenDetailDataset, OpenDetailEvaluator

with read_base():
    from ..models.judges import judges
    from .self_report import infer_cfg

open_detail_datasets = [
    dict(
        type=OpenDetailDataset,
        abbr='open_detail',
        sample='all',
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=OpenDetailEvaluator, judges=judges)),
    )
]
