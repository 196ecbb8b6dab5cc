"""The self report on every question: one dataset per question type, with all characters."""

from mmengine.config import read_base
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from human_simulacra.plugin.dataset import SelfReportDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer

with read_base():
    from ..models.reader import reader_llm

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
        abstention=False,  # True: "I do not know" is an answer, and is counted apart from wrong ones (docs/answering.md)
        reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
        infer_cfg=infer_cfg,
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator, reader_llm=reader_llm)),
    )
    for question_type in ('cloze', 'single_choice', 'multiple_choice')
]
