"""Makes a plain OpenCompass config from the arguments of `human-simulacra eval`; every class stands in it by its dotted name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

from human_simulacra.errors import UserError, unknown
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.plugin.model_names import EMBEDDED_MODEL, named_model, short_name
from human_simulacra.plugin.plain_values import plain
from human_simulacra.types import QUESTION_TYPES

# The embedded model can neither choose among memories nor write two labelled lines.
EMBEDDED_METHODS = {"rag": {"k": 2}, "macm": {"retriever": "hybrid", "memories": 2, "agents": "separate"}}
# Experiments whose replies judge models read, and their evaluators; the last can do without.
_JUDGED = {
    "observer": "human_simulacra.plugin.observer.ObserverEvaluator",
    "open_detail": "human_simulacra.plugin.open_detail.OpenDetailEvaluator",
    "interrogation": "human_simulacra.plugin.interrogation.InterrogationEvaluator",
}
_NEED_JUDGES = ("observer", "open_detail")
_EVALUATOR = "human_simulacra.plugin.evaluator.ExperimentEvaluator"
_INFER = {
    "prompt_template": {"type": "opencompass.openicl.icl_prompt_template.PromptTemplate", "template": "{envelope}"},
    "retriever": {"type": "opencompass.openicl.icl_retriever.ZeroRetriever"},
    "inferencer": {"type": "human_simulacra.plugin.inferencer.SimulacrumInferencer"},
}


def read_model(given: str | Mapping[str, Any], base_url: str | None = None) -> dict[str, Any]:
    """Returns the model config that `--model` names.

    Args:
        given: One of the forms of `listing.MODEL_FORMS`, or an OpenCompass model config.
        base_url: The API's address; None for that of the environment, else OpenAI's.

    Raises:
        UserError: If it has none of these forms, or the file defines no such model.
    """
    if not isinstance(given, Mapping) and not given.partition(":")[0].endswith(".py"):
        return named_model(given, base_url)
    from human_simulacra.plugin.chat_backbone_loader import read_model_config  # imports OpenCompass, for seconds

    llm = plain(read_model_config(given)[0])
    name = llm.get("path") or llm["type"].rpartition(".")[2] if isinstance(given, Mapping) else given.partition(":")[0][:-3]
    return {"abbr": short_name(str(name)), **llm}


def make_config(
    llm: Mapping[str, Any],
    methods: Sequence[str],
    experiments: Sequence[str],
    *,
    agent_llm: Mapping[str, Any] | None = None,
    judges: Sequence[Mapping[str, Any]] = (),
    dataset: Mapping[str, Any] | None = None,
    model: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Returns a whole config as plain values.

    Args:
        llm: The backbone's config.
        methods: The methods to compare.
        experiments: Names of experiments, or `all` for those that need no further model.
        agent_llm: The config of the inner agents' model; None for `llm`.
        judges: The configs of judge models.
        dataset: Further arguments of every dataset, such as `sample`.
        model: Further keys of every simulacrum; one in `llm.` goes to the backbone.

    Raises:
        UserError: If an experiment is unknown or needs judges that are not given.
    """
    given = dict(model or {})
    llm = {**llm, **{key[4:]: given.pop(key) for key in list(given) if key.startswith("llm.")}}
    embedded = llm == EMBEDDED_MODEL
    models = [
        {
            "type": "human_simulacra.plugin.model.Simulacrum", "abbr": f"{llm['abbr']}-{method}", "llm": llm, "method": method,
            "method_kwargs": EMBEDDED_METHODS.get(method, {}) if embedded else {},
            **({"concurrency": 2} if embedded else {}), **({"agent_llm": agent_llm} if agent_llm else {}), **given,
        }
        for method in methods
    ]  # fmt: skip
    tasks = {"infer": "opencompass.tasks.OpenICLInferTask", "eval": "human_simulacra.plugin.evaluation_task.ExperimentEvalTask"}
    runner = "human_simulacra.plugin.runner.InProcessRunner"
    return {
        "datasets": [d for name in _choose(experiments, judges) for d in _datasets(name, judges, dataset or {})],
        "models": models,
        **{
            key: {
                "partitioner": {"type": "opencompass.partitioners.NaivePartitioner", "n": 1000},
                "runner": {"type": runner, "task": {"type": task}},
            }
            for key, task in tasks.items()
        },
        "summarizer": {"type": "human_simulacra.plugin.summarizer.RunSummarizer"},
    }


def _choose(names: Sequence[str], judges: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    for name in names:
        if name == "all":
            found += [known for known in EXPERIMENTS if judges or known not in _NEED_JUDGES]
        elif name not in EXPERIMENTS:
            raise unknown("experiment", name, [*EXPERIMENTS, "all"])
        elif name in _NEED_JUDGES and not judges:
            raise UserError(f"experiment '{name}' needs models that judge the answers: add --judge MODEL, best three of them")
        else:
            found.append(name)
    return list(dict.fromkeys(found))


def _datasets(name: str, judges: Sequence[Mapping[str, Any]], more: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the datasets of an experiment: of the self report one for each type of question."""
    judged = _JUDGED.get(name) if judges else None
    evaluator = {"type": judged, "judges": list(judges)} if judged else {"type": _EVALUATOR}
    parts = [{"abbr": kind, "question_type": kind} for kind in QUESTION_TYPES] if name == "self_report" else [{"abbr": name}]
    taken = {"sample", "limit", "data", *signature(EXPERIMENTS[name].rows).parameters}
    known = {key: value for key, value in more.items() if key in taken}
    return [
        {
            "type": "human_simulacra.plugin.dataset.ExperimentDataset", "experiment": name, **part, **known,
            "reader_cfg": {"input_columns": ["envelope"], "output_column": "answer"},
            "infer_cfg": _INFER, "eval_cfg": {"evaluator": evaluator},
        }
        for part in parts
    ]  # fmt: skip
