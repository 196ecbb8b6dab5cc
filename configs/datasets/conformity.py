"""The conformity experiment: 18 trials with six others who answer first, and the same trials alone, for every character."""

from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from human_simulacra.plugin.conformity import ConformityDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer

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
        infer_cfg=dict(
            prompt_template=dict(type=PromptTemplate, template='{envelope}'),
            retriever=dict(type=ZeroRetriever),
            inferencer=dict(type=SimulacrumInferencer),
        ),
        eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),
    )
]
