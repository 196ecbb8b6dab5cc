"""Runs all tasks in one process and summarises every experiment."""

from opencompass.partitioners import NaivePartitioner
from opencompass.tasks import OpenICLInferTask

from human_simulacra.plugin.evaluation_task import ExperimentEvalTask
from human_simulacra.plugin.runner import InProcessRunner
from human_simulacra.plugin.summarizer import RunSummarizer

# A large n puts all datasets of a model into one task, so that each model is built once.
infer = dict(
    partitioner=dict(type=NaivePartitioner, n=1000),
    runner=dict(type=InProcessRunner, task=dict(type=OpenICLInferTask)),
)
eval = dict(
    partitioner=dict(type=NaivePartitioner, n=1000),
    runner=dict(type=InProcessRunner, task=dict(type=ExperimentEvalTask)),
)
summarizer = dict(type=RunSummarizer, everything='python run.py configs/eval_full.py')
