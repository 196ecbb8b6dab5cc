"""The self report on every question, with five methods on a model behind an OpenAI-compatible API, on a Ray cluster.

Each dataset is split into eight parts, which machines take as they have room. The folder of runs must lie on a file system that
all machines share. See docs/running.md.
"""

from mmengine.config import read_base
from opencompass.partitioners import NumWorkerPartitioner
from opencompass.tasks import OpenICLInferTask

from human_simulacra.plugin.ray_runner import RayRunner

with read_base():
    from .datasets.self_report import self_report_datasets
    from .models.openai_compatible import models
    from .summarizers.run import eval, summarizer

datasets = self_report_datasets
models = [dict(model, run_cfg=dict(num_cpus=0.5)) for model in models]  # its tasks mostly wait for the server
infer = dict(
    partitioner=dict(type=NumWorkerPartitioner, num_worker=8),
    runner=dict(type=RayRunner, task=dict(type=OpenICLInferTask)),  # the cluster of RAY_ADDRESS
)
work_dir = 'outputs/ray'
