"""The self report on every question: one dataset per question type, with all characters."""

from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from human_simulacra.plugin.dataset import SelfReportDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer

infer_cfg = dict(
    prompt_template=dict(type=PromptTemplate, template='{envelope}'),
    retriever=dict(type=ZeroRetriever),
    inferencer=dict(type=SimulacrumInferencer),
)

self_report_datasets = [
    dict(
        type=SelfReportDataset,
        abbr=question_type,
        question_type=question_type,
        sample='all',
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),
    )
    for question_type in ('cloze', 'single_choice', 'multiple_choice')
]
