"""The shape of a run's config: models, datasets and summarizer, checked by the signatures of their classes; builds nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from opencompass.summarizers import DefaultSummarizer
from pydantic import BaseModel, ConfigDict

from human_simulacra.errors import UserError, unknown
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.methods import check_method
from human_simulacra.plugin.config_classes import find_subclass, has_type
from human_simulacra.plugin.dataset import OF_DATASETS, ExperimentDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.llm_config import check_llm, resolve_answering
from human_simulacra.plugin.llm_schema import NOT_ARGUMENTS
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.summarizer import RunSummarizer
from human_simulacra.results.primary_comparisons import PrimaryPlan
from human_simulacra.schema import STRICT, AtLeastOne, Config, Configs, Text, check_arguments, check_value

T = TypeVar("T")
_OPEN = STRICT | ConfigDict(extra="allow")


class _Typed(BaseModel):
    model_config = _OPEN
    type: Annotated[Any, "a class"]


class _Infer(BaseModel):
    model_config = _OPEN
    prompt_template: Mapping[str, Any] | None = None
    ice_template: Mapping[str, Any] | None = None
    retriever: _Typed
    inferencer: _Typed


class _Reader(BaseModel):
    model_config = _OPEN
    input_columns: Sequence[Text] | Text
    output_column: Text | None = None


class _Eval(BaseModel):
    model_config = _OPEN
    evaluator: _Typed


class _Dataset(BaseModel):
    model_config = _OPEN
    type: Annotated[Any, "a dataset class"]
    abbr: Text
    reader_cfg: _Reader
    infer_cfg: _Infer
    eval_cfg: _Eval
    n: AtLeastOne = 1
    k: AtLeastOne | Sequence[AtLeastOne] = 1


def check_shape(config: Mapping[str, Any], file: str) -> None:
    """Checks types, ranges and names of all that a config says.

    Raises:
        UserError: At the first key that is missing, unknown or does not fit.
    """
    for key in ("models", "datasets"):
        if not config.get(key):
            raise UserError(f"config {file} has no '{key}': import them from configs/{key}")
        check_value(Configs, config[key], file, key)
    for place, model in enumerate(config["models"]):
        check = check_simulacrum if has_type(model, Simulacrum) else check_llm
        check(model, file, f"models[{place}]")
    for place, dataset in enumerate(config["datasets"]):
        _check_dataset(dataset, file, f"datasets[{place}]")
    if (summarizer := config.get("summarizer")) is not None:
        _check_summarizer(summarizer, file)


def check_simulacrum(model: Mapping[str, Any], file: str, path: str) -> None:
    """Checks the config of one `Simulacrum`; raises a UserError that names file and key if it cannot work."""
    # OpenCompass takes these keys from a model of any class.
    check_arguments(Simulacrum, {key: value for key, value in model.items() if key not in NOT_ARGUMENTS}, file, path)
    for key in ("llm", "agent_llm"):
        if model.get(key) is not None:
            check_llm(model[key], file, f"{path}.{key}")
    check_method(model.get("method", "macm"), model.get("method_kwargs") or {}, file, f"{path}.method_kwargs")
    resolve_answering(model["llm"], model.get("answering"), f"model '{model.get('abbr')}'")


def _check_dataset(dataset: Mapping[str, Any], file: str, path: str) -> None:
    check_value(_Typed, dataset, file, path)
    if not (kind := find_subclass(dataset, ExperimentDataset)):
        if isinstance(dataset["type"], str) and dataset["type"].startswith("human_simulacra."):
            raise UserError(f"{file}: {path}.type must be a dataset class or its dotted name, not {dataset['type']!r}")
        return
    check_value(_Dataset, dataset, file, path)
    name = dataset.get("experiment") or kind.experiment
    if not isinstance(name, str) or name not in EXPERIMENTS:
        raise UserError(f"{file}: {unknown(f'{path}.experiment', name, EXPERIMENTS)}")
    check_value(Text | None, dataset.get("data"), file, f"{path}.data")
    check_value(AtLeastOne | None, dataset.get("limit"), file, f"{path}.limit")
    if "persona" in kind.own_arguments:
        check_value(bool, dataset.get("persona", True), file, f"{path}.persona")
    own = (*OF_DATASETS, *kind.own_arguments, *(() if kind.experiment else ("experiment",)))
    check_arguments(EXPERIMENTS[name].rows, dataset, file, path, ("library",), own)
    inferencer, evaluator = dataset["infer_cfg"]["inferencer"], dataset["eval_cfg"]["evaluator"]
    for part, base, place, given_by_us in (
        (inferencer, SimulacrumInferencer, "infer_cfg.inferencer", ("model",)),
        (evaluator, ExperimentEvaluator, "eval_cfg.evaluator", ()),
    ):
        if found := find_subclass(part, base):
            inner = {key: value for key, value in part.items() if key != "type"}
            check_arguments(found, inner, file, f"{path}.{place}", given_by_us)
            for key in ("interviewer_llm", "reader_llm"):
                if inner.get(key) is not None:
                    check_llm(inner[key], file, f"{path}.{place}.{key}")
            for number, judge in enumerate(inner.get("judges") or ()):
                check_llm(judge, file, f"{path}.{place}.judges[{number}]")


def _check_summarizer(summarizer: Any, file: str) -> None:
    check_value(Config, summarizer, file, "summarizer")
    # OpenCompass takes its own where no type is given.
    kind = find_subclass(summarizer, RunSummarizer) if summarizer.get("type") else DefaultSummarizer
    if kind:
        given = {key: value for key, value in summarizer.items() if key != "type"}
        check_arguments(kind, given, file, "summarizer", ("config",))
    if summarizer.get("primary") is not None:
        check_arguments(PrimaryPlan, summarizer["primary"], file, "summarizer.primary")
