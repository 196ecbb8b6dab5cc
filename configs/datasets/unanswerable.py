"""Every question that a character cannot answer, put as an open question."""

from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.unanswerable import UnanswerableDataset

unanswerable_datasets = [
    dict(
        type=UnanswerableDataset,
        abbr='unanswerable',
        sample='all',
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=dict(
            prompt_template=dict(type=PromptTemplate, template='{envelope}'),
            retriever=dict(type=ZeroRetriever),
            inferencer=dict(type=SimulacrumInferencer),
        ),
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),
    )
]
