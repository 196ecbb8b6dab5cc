"""Writes evaluation configs, runs them in a subprocess, and reads their predictions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

CONFIG = """
from opencompass.models import HuggingFacewithChatTemplate, OpenAISDK
from opencompass.openicl.icl_inferencer import GenInferencer
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever
from opencompass.partitioners import NaivePartitioner
from opencompass.tasks import OpenICLInferTask
from human_simulacra.plugin.dataset import SelfReportDataset
from human_simulacra.plugin.evaluation_task import ExperimentEvalTask
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.runner import InProcessRunner
from human_simulacra.plugin.summarizer import RunSummarizer

datasets = [dict(
    type=SelfReportDataset, abbr=kind, question_type=kind, **{dataset},
    reader_cfg=dict(input_columns=['envelope'], output_column='answer'),
    infer_cfg=dict(
        prompt_template=dict(type=PromptTemplate, template='{envelope}'), retriever=dict(type=ZeroRetriever),
        inferencer=dict(type={inferencer})),
    eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),
) for kind in ('cloze', 'single_choice', 'multiple_choice')]
models = [dict(type=Simulacrum, abbr='m-' + name, method=name, llm={llm}, **{model}) for name in {methods}]
infer = dict(partitioner=dict(type=NaivePartitioner, n=1000), runner=dict(type=InProcessRunner, task=dict(type=OpenICLInferTask)))
eval = dict(partitioner=dict(type=NaivePartitioner, n=1000), runner=dict(type=InProcessRunner, task=dict(type=ExperimentEvalTask)))
summarizer = dict(type=RunSummarizer)
"""


def openai_llm(address: str, **more: Any) -> str:
    """Returns the source of an `OpenAISDK` config for a server on loopback."""
    settings = {"path": "scripted", "openai_api_base": address, "key": "ENV", "max_out_len": 16, "timeout": 20, **more}
    return "dict(type=OpenAISDK, " + ", ".join(f"{k}={v!r}" for k, v in settings.items()) + ")"


def write_config(
    folder: Path, data: Path | str, llm: str, methods: tuple[str, ...] = ("none", "prompt"), *,
    model: dict[str, Any] | None = None, dataset: dict[str, Any] | None = None, inferencer: str = "SimulacrumInferencer",
    name: str = "config.py",
) -> Path:  # fmt: skip
    """Writes a complete evaluation config and returns its path."""
    text = CONFIG
    values = {
        "llm": llm, "methods": repr(methods), "inferencer": inferencer,
        "model": repr({"data": str(data), "concurrency": 4, **(model or {})}),
        "dataset": repr({"data": str(data), **(dataset or {})}),
    }  # fmt: skip
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    path = folder / name
    path.write_text(text)
    return path


def run(config: Path, work_dir: Path, *more: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs `python run.py CONFIG -w WORK_DIR ...` in a subprocess."""
    command = [sys.executable, str(ROOT / "run.py"), str(config), "-w", str(work_dir), *more]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(env or {})}, cwd=config.parent)


def latest(work_dir: Path) -> Path:
    """Returns the folder of the last run."""
    return sorted(p for p in work_dir.iterdir() if p.is_dir())[-1]


def predictions(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Returns every predictions file of a run, by model and dataset."""
    return {
        f"{path.parent.name}/{path.stem}": list(json.loads(path.read_text()).values())
        for path in sorted((folder / "predictions").glob("*/*.json"))
    }


def texts(folder: Path) -> dict[str, list[str | None]]:
    """Returns the predicted texts of a run."""
    return {name: [row["prediction"] for row in rows] for name, rows in predictions(folder).items()}
