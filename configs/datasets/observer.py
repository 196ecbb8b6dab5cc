"""The observer report on every open situation; set the judges in `configs/models/judges.py`."""

from mmengine.config import read_base
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.observer import ObserverDataset, ObserverEvaluator

with read_base():
    from ..models.judges import judges

observer_datasets = [
    dict(
        type=ObserverDataset,
        abbr='observer',
        sample='all',
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=dict(
            prompt_template=dict(type=PromptTemplate, template='{envelope}'),
            retriever=dict(type=ZeroRetriever),
            inferencer=dict(type=SimulacrumInferencer, max_out_len=200),
        ),
        eval_cfg=dict(evaluator=dict(type=ObserverEvaluator, judges=judges, reads='auto')),
    )
]
