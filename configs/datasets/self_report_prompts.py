"""The self report for models that are no simulacra: the whole prompt is in the row, with the persona and without it.

Any OpenCompass model answers it as it is. With the persona, prompts are those of the method `prompt`, without it of `none`.
"""

from opencompass.openicl.icl_inferencer import GenInferencer
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.prompt_dataset import PromptDataset

prompt_infer_cfg = dict(
    prompt_template=dict(
        type=PromptTemplate,
        template=dict(
            # A model whose meta_template has no role SYSTEM gets both as one user message.
            begin=[dict(role='SYSTEM', fallback_role='HUMAN', prompt='{system}')],
            round=[dict(role='HUMAN', prompt='{prompt}')],
        ),
    ),
    retriever=dict(type=ZeroRetriever),
    inferencer=dict(type=GenInferencer),
)

self_report_prompts_datasets = [
    dict(
        type=PromptDataset,
        experiment='self_report',
        abbr=question_type + suffix,
        question_type=question_type,
        persona=persona,
        sample='all',
        reader_cfg=dict(input_columns=['system', 'prompt'], output_column='answer'),
        infer_cfg=prompt_infer_cfg,
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),
    )
    for persona, suffix in ((True, '-persona'), (False, '-no-persona'))
    for question_type in ('cloze', 'single_choice', 'multiple_choice')
]
