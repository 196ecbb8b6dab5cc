"""Configs that cannot work are refused in one sentence that names the key, before any model is built."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config
from opencompass.models import HuggingFacewithChatTemplate, OpenAISDK
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from human_simulacra.errors import UserError
from human_simulacra.plugin.config_checks import check_run
from human_simulacra.plugin.conformity import ConformityDataset
from human_simulacra.plugin.dataset import ExperimentDataset, SelfReportDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.interview_inferencer import InterviewInferencer
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.observer import ObserverEvaluator
from human_simulacra.plugin.open_detail import OpenDetailEvaluator
from human_simulacra.plugin.summarizer import RunSummarizer
from tests.conftest import write_character
from tests.faults.fault import Fault, each

GONE = object()  # the key is removed
M, L, D, S = "models.0", "models.0.llm", "datasets.0", "summarizer"
INFER, EVAL = f"{D}.infer_cfg.inferencer", f"{D}.eval_cfg.evaluator"
NUMBER, COUNT, WHOLE = "a number of at least 0", "a whole number of at least 1", "a whole number"
JUDGE = dict(type=LlamaCpp, abbr="judge")


def kwargs(method: str, **options: Any) -> dict[str, Any]:
    """A method with its parameters."""
    return {f"{M}.method": method, f"{M}.method_kwargs": options}


def observed(**settings: Any) -> dict[str, Any]:
    """An evaluator with judges."""
    return {EVAL: dict(type=ObserverEvaluator, **{"judges": [JUDGE], **settings})}


CONTAINERS = [
    Fault("no models", {"models": []}, "c.py has no 'models'"),
    Fault("models are gone", {"models": GONE}, "c.py has no 'models'"),
    Fault("models are a text", {"models": "gpt-4"}, "models must be a list of dicts"),
    Fault("models are a dict", {"models": {"a": 1}}, "models must be a list of dicts"),
    Fault("models are a number", {"models": 3}, "models must be a list of dicts"),
    Fault("a model is None", {"models": [None]}, "models[0] must be a dict such as dict(type=...), not None"),
    Fault("a model is a text", {"models": ["gpt-4"]}, "models[0] must be a dict such as dict(type=...), not 'gpt-4'"),
    Fault("a model is a list", {"models": [[]]}, "models[0] must be a dict"),
    Fault("a model is empty", {"models": [{}]}, "models[0] must be a dict such as dict(type=...), not {}"),
    Fault("no datasets", {"datasets": []}, "c.py has no 'datasets'"),
    Fault("datasets are a text", {"datasets": "cloze"}, "datasets must be a list of dicts"),
    Fault("datasets are a dict", {"datasets": {"a": 1}}, "datasets must be a list of dicts"),
    Fault("a dataset is None", {"datasets": [None]}, "datasets[0] must be a dict"),
    Fault("a dataset is a number", {"datasets": [7]}, "datasets[0] must be a dict such as dict(type=...), not 7"),
]
MODELS = [
    Fault("type of a model is gone", {f"{M}.type": GONE}, "models[0].type is missing"),
    Fault(
        "type names no class", {f"{M}.type": "human_simulacra.plugin.model.Simulacron"}, "models[0].type must be an OpenCompass"
    ),
    Fault("type is a number", {f"{M}.type": 5}, "models[0].type must be an OpenCompass model class or its dotted name, not 5"),
    Fault("abbr is gone", {f"{M}.abbr": GONE}, "c.py: models[0] needs an abbr without spaces or slashes, not None"),
    Fault("abbr is a number", {f"{M}.abbr": 4}, "needs an abbr without spaces or slashes, not 4"),
    Fault("abbr has a slash", {f"{M}.abbr": "a/b"}, "without spaces or slashes, not 'a/b'"),
    Fault("abbr is empty", {f"{M}.abbr": ""}, "without spaces or slashes, not ''"),
    Fault("temperature is a text", {f"{M}.temperature": "hot"}, f"c.py: models[0].temperature must be {NUMBER}, not 'hot'"),
    Fault("temperature is below 0", {f"{M}.temperature": -0.1}, f"models[0].temperature must be {NUMBER}, not -0.1"),
    Fault("temperature is no number", {f"{M}.temperature": float("nan")}, "models[0].temperature must be"),
    Fault("temperature is infinite", {f"{M}.temperature": float("inf")}, "models[0].temperature must be"),
    Fault("temperature is None", {f"{M}.temperature": None}, "models[0].temperature must be"),
    Fault("temperature is a truth value", {f"{M}.temperature": True}, "models[0].temperature must be"),
    Fault("seed is a text", {f"{M}.seed": "x"}, f"models[0].seed must be {WHOLE}, not 'x'"),
    Fault("seed is a fraction", {f"{M}.seed": 1.5}, f"models[0].seed must be {WHOLE}, not 1.5"),
    Fault("seed is a list", {f"{M}.seed": [1]}, f"models[0].seed must be {WHOLE}, not [1]"),
    Fault("sample is below 0", {f"{M}.sample": -1}, "models[0].sample must be a whole number of at least 0, not -1"),
    Fault("retry is below 0", {f"{M}.retry": -3}, f"models[0].retry must be {COUNT}, not -3"),
    Fault("retry is 0", {f"{M}.retry": 0}, f"models[0].retry must be {COUNT}, not 0"),
    Fault("concurrency is 0", {f"{M}.concurrency": 0}, f"models[0].concurrency must be {COUNT}, not 0"),
    Fault("concurrency is a text", {f"{M}.concurrency": "8"}, f"models[0].concurrency must be {COUNT}, not '8'"),
    Fault("concurrency is a truth value", {f"{M}.concurrency": True}, f"models[0].concurrency must be {COUNT}, not True"),
    Fault("data is a number", {f"{M}.data": 3}, "models[0].data must be a text that is not empty or None, not 3"),
    Fault("data is nowhere", {f"{M}.data": "/nowhere"}, "/nowhere, which is not a data folder"),
    Fault("cache_dir is a list", {f"{M}.cache_dir": []}, "models[0].cache_dir must be a text"),
    Fault("embedder is a dict", {f"{M}.embedder": {"a": 1}}, "models[0].embedder must be a text"),
    Fault("as_of is a list", {f"{M}.as_of": [1999]}, "models[0].as_of must be"),
    Fault("as_of is no point in time", {f"{M}.as_of": "spring"}, "is undated, so 'ada-berg' cannot be put at a point"),
    Fault("as_of is below 0", {f"{M}.as_of": -5}, "models[0].as_of must be a text that is not empty or a whole number of at"),
    Fault(
        "answering is unknown", {f"{M}.answering": "likelyhood"}, "models[0].answering 'likelyhood': did you mean 'likelihood'"
    ),
    Fault("answering is impossible", {f"{M}.answering": "likelihood", L: None}, "models[0].llm must be a dict"),
    Fault("a key is misspelt", {f"{M}.temprature": 1}, "unknown key of models[0] 'temprature': did you mean 'temperature'?"),
    Fault("a key is of another class", {f"{M}.top_k": 1}, "unknown key of models[0] 'top_k'"),
    Fault("the method is misspelt", {f"{M}.method": "macmm"}, "unknown method 'macmm': did you mean 'macm'?"),
    Fault("the method is a list", {f"{M}.method": ["rag"]}, "models[0].method must be a text"),
    Fault("two models have one abbr", {"models.1.abbr": "m"}, "two entries of 'models' have the abbr 'm'"),
    Fault("the second model is wrong", {"models.1.seed": "x"}, "models[1].seed must be"),
]
METHODS = [
    Fault("method_kwargs are a text", {f"{M}.method_kwargs": "k=2"}, "models[0].method_kwargs must be a dict or None, not 'k=2'"),
    Fault("method_kwargs are a list", {f"{M}.method_kwargs": [2]}, "models[0].method_kwargs must be a dict or None, not [2]"),
    Fault("k is 0", kwargs("rag", k=0), f"models[0].method_kwargs.k must be {COUNT}, not 0"),
    Fault("k is a text", kwargs("rag", k="3"), f"method_kwargs.k must be {COUNT}, not '3'"),
    Fault("k is a truth value", kwargs("rag", k=True), f"method_kwargs.k must be {COUNT}, not True"),
    Fault("the chunks are empty", kwargs("rag", chunk_paragraphs=0), f"method_kwargs.chunk_paragraphs must be {COUNT}"),
    Fault("the index is unknown", kwargs("rag", index="bm25"), "unknown models[0].method_kwargs.index 'bm25'"),
    Fault("a parameter is of another method", kwargs("macm", k=2), "unknown key of models[0].method_kwargs 'k'"),
    Fault("a parameter is misspelt", kwargs("macm", memorys=2), "'memorys': did you mean 'memories'?"),
    Fault("a method without parameters has one", kwargs("none", k=2), "unknown key of models[0].method_kwargs 'k'"),
    Fault("a component is unknown", kwargs("macm", components=["memry"]), "components[0] 'memry': did you mean 'memory'?"),
    Fault("components are a text", kwargs("macm", components="memory"), "method_kwargs.components must be a list, not 'memory'"),
    Fault("the retriever is unknown", kwargs("macm", retriever="sparse"), "unknown retriever 'sparse'"),
    Fault("the order is unknown", kwargs("macm", order="first"), "unknown models[0].method_kwargs.order 'first'"),
    Fault("the agents are unknown", kwargs("macm", agents="join"), "method_kwargs.agents 'join': did you mean 'joint'?"),
    Fault("memories are below 1", kwargs("macm", memories=0), "method_kwargs.memories must be"),
    Fault("matched is a text", kwargs("macm", matched="yes"), "method_kwargs.matched must be True or False, not 'yes'"),
]
BACKBONES = [
    Fault("llm is gone", {L: GONE}, "models[0].llm is missing"),
    Fault("llm is None", {L: None}, "models[0].llm must be a dict such as dict(type=...), not None"),
    Fault("llm is a text", {L: "gpt-4"}, "models[0].llm must be a dict such as dict(type=...), not 'gpt-4'"),
    Fault("llm is a list", {L: [1]}, "models[0].llm must be a dict such as dict(type=...), not [1]"),
    Fault("llm has no type", {f"{L}.type": GONE}, "models[0].llm.type is missing"),
    Fault("llm has an empty type", {f"{L}.type": ""}, "models[0].llm.type is missing"),
    Fault("llm names no class", {f"{L}.type": "opencompass.models.OpenAISKD"}, "models[0].llm.type must be an OpenCompass model"),
    Fault("llm names no module", {f"{L}.type": "nowhere.Model"}, "models[0].llm.type must be an OpenCompass model"),
    Fault(
        "a key of llm is misspelt", {f"{L}.querry_per_second": 1}, "of models[0].llm 'querry_per_second': did you mean 'query_per"
    ),
    Fault(
        "max_out_len is misspelt", {f"{L}.max_outlen": 5}, "unknown key of models[0].llm 'max_outlen': did you mean 'max_out_len'"
    ),
    Fault(
        "an address without http",
        {f"{L}.openai_api_base": "127.0.0.1:8000/v1"},
        "llm.openai_api_base must be an address that begins",
    ),
    Fault(
        "a key is a keyword",
        {f"{L}.extra_body": {"x": [{"class": 1}]}},
        "extra_body.x[0] has the key 'class', which is a keyword",
    ),
    Fault(
        "llm is another class's",
        {L: dict(type=LlamaCpp, openai_api_base="http://x")},
        "unknown key of models[0].llm 'openai_api_base'",
    ),
    Fault(
        "transformers key is misspelt", {L: dict(type=HuggingFacewithChatTemplate, path="x", model_kwarg={})}, "'model_kwargs'"
    ),
    Fault("threads are a text", {L: dict(type=LlamaCpp, threads="two")}, "models[0].llm.threads must be"),
    Fault("max_out_len is 0", {f"{L}.max_out_len": 0}, f"models[0].llm.max_out_len must be {COUNT} or None, not 0"),
    Fault("max_out_len is a text", {f"{L}.max_out_len": "256"}, "models[0].llm.max_out_len must be"),
    Fault("max_seq_len is below 1", {f"{L}.max_seq_len": -5}, "models[0].llm.max_seq_len must be"),
    Fault("batch_size is 0", {f"{L}.batch_size": 0}, "models[0].llm.batch_size must be"),
    Fault("timeout is 0", {f"{L}.timeout": 0}, "models[0].llm.timeout must be a number above 0 or None, not 0"),
    Fault("timeout is a text", {f"{L}.timeout": "1m"}, "models[0].llm.timeout must be a number above 0 or None, not '1m'"),
    Fault("path is a number", {f"{L}.path": 4}, "models[0].llm.path must be a text"),
    Fault(
        "the key is a number",
        {f"{L}.key": 1234567},
        "models[0].llm.key must be a text that is not empty or a list or None, not (not",
    ),
    Fault("run_cfg is a list", {f"{L}.run_cfg": []}, "models[0].llm.run_cfg must be a dict or None, not []"),
    Fault("price is a number", {f"{L}.price": 0.5}, "models[0].llm.price must be a dict or None, not 0.5"),
    Fault("price has no output", {f"{L}.price": dict(input=1)}, "models[0].llm.price.output is missing"),
    Fault("price is below 0", {f"{L}.price": dict(input=-1, output=1)}, f"models[0].llm.price.input must be {NUMBER}, not -1"),
    Fault("price is a text", {f"{L}.price": dict(input=1, output="1 $")}, "models[0].llm.price.output must be"),
    Fault("price has another key", {f"{L}.price": dict(input=1, output=1, cache=0)}, "'cache': did you mean 'cached'?"),
    Fault("capabilities are a list", {f"{L}.capabilities": ["system_role"]}, "models[0].llm.capabilities must be a dict"),
    Fault("reasoning_tokens are below 0", {f"{L}.reasoning_tokens": -1}, "models[0].llm.reasoning_tokens must be"),
    Fault("agent_llm is a text", {f"{M}.agent_llm": "gpt"}, "models[0].agent_llm must be"),
    Fault("agent_llm has no type", {f"{M}.agent_llm": dict(path="x")}, "models[0].agent_llm.type is missing"),
    Fault("agent_llm is out of range", {f"{M}.agent_llm": dict(JUDGE, max_seq_len=0)}, "models[0].agent_llm.max_seq_len must be"),
    Fault("a bare model is misspelt", {M: dict(type=OpenAISDK, abbr="m", pathh="x")}, "models[0] 'pathh': did you mean 'path'?"),
]
DATASETS = [
    Fault("type of a dataset is gone", {f"{D}.type": GONE}, "datasets[0].type is missing"),
    Fault(
        "type names no dataset", {f"{D}.type": "human_simulacra.plugin.dataset.SelfReport"}, "datasets[0].type must be a dataset"
    ),
    Fault("abbr of a dataset is gone", {f"{D}.abbr": GONE}, "datasets[0].abbr is missing"),
    Fault("abbr of a dataset is a list", {f"{D}.abbr": ["a"]}, "datasets[0].abbr must be a text"),
    Fault(
        "an argument is misspelt", {f"{D}.charcters": ["ada-berg"]}, "key of datasets[0] 'charcters': did you mean 'characters'?"
    ),
    Fault("an argument is of another experiment", {f"{D}.ratio": 0.5}, "unknown key of datasets[0] 'ratio'"),
    Fault(
        "the experiment is unknown",
        {f"{D}.type": ExperimentDataset, f"{D}.experiment": "grwth"},
        "'grwth': did you mean 'growth'?",
    ),
    Fault("the experiment is gone", {f"{D}.type": ExperimentDataset, f"{D}.question_type": GONE}, "datasets[0].experiment ''"),
    Fault("question_type is gone", {f"{D}.question_type": GONE}, "datasets[0].question_type is missing"),
    Fault(
        "question_type is unknown", {f"{D}.question_type": "close"}, "datasets[0].question_type 'close': did you mean 'cloze'?"
    ),
    Fault("sample is unknown", {f"{D}.sample": "qick"}, "unknown datasets[0].sample 'qick': did you mean 'quick'?"),
    Fault("sample is a number", {f"{D}.sample": 5}, "datasets[0].sample must be one of 'all', 'core', 'life', 'quick', not 5"),
    Fault("characters are a text", {f"{D}.characters": "ada-berg"}, "datasets[0].characters must be a list of at least one name"),
    Fault("there are no characters", {f"{D}.characters": []}, "datasets[0].characters must be a list of at least one name"),
    Fault(
        "a character is a number", {f"{D}.characters": [1]}, "datasets[0].characters[0] must be a text that is not empty, not 1"
    ),
    Fault("a character is unknown", {f"{D}.characters": ["ada-borg"]}, "unknown character 'ada-borg': did you mean 'ada-berg'?"),
    Fault("runs are 0", {f"{D}.runs": 0}, f"datasets[0].runs must be {COUNT}, not 0"),
    Fault("runs are a fraction", {f"{D}.runs": 1.5}, f"datasets[0].runs must be {COUNT}, not 1.5"),
    Fault("runs are a text", {f"{D}.runs": "two"}, f"datasets[0].runs must be {COUNT}, not 'two'"),
    Fault("runs repeat at temperature 0", {f"{D}.runs": 2}, "has runs=2, but model 'm' has temperature 0"),
    Fault("seed of a dataset is a text", {f"{D}.seed": "x"}, f"datasets[0].seed must be {WHOLE}, not 'x'"),
    Fault("abstention is a text", {f"{D}.abstention": "yes"}, "datasets[0].abstention must be True or False, not 'yes'"),
    Fault("data of a dataset is a number", {f"{D}.data": 3}, "datasets[0].data must be a text"),
    Fault("data of a dataset is nowhere", {f"{D}.data": "/nowhere"}, "/nowhere, which is not a data folder"),
    Fault("n is 0", {f"{D}.n": 0}, f"datasets[0].n must be {COUNT}, not 0"),
    Fault("majority is 0", {f"{D}.type": ConformityDataset, f"{D}.question_type": GONE, f"{D}.majority": 0}, "majority must be"),
    Fault(
        "dissenter is a text",
        {f"{D}.type": ConformityDataset, f"{D}.question_type": GONE, f"{D}.dissenter": "B"},
        "dissenter must",
    ),
    Fault("infer_cfg is gone", {f"{D}.infer_cfg": GONE}, "datasets[0].infer_cfg is missing"),
    Fault("infer_cfg is a text", {f"{D}.infer_cfg": "x"}, "datasets[0].infer_cfg must be a dict, not 'x'"),
    Fault("inferencer is gone", {INFER: GONE}, "datasets[0].infer_cfg.inferencer is missing"),
    Fault("inferencer is a list", {INFER: []}, "datasets[0].infer_cfg.inferencer must be a dict, not []"),
    Fault("inferencer has no type", {f"{INFER}.type": GONE}, "datasets[0].infer_cfg.inferencer.type is missing"),
    Fault("max_out_len of an answer is a text", {f"{INFER}.max_out_len": "x"}, "inferencer.max_out_len must be"),
    Fault("an inferencer's key is misspelt", {f"{INFER}.max_outlen": 5}, "inferencer 'max_outlen': did you mean 'max_out_len'?"),
    Fault(
        "the interviewer is a text",
        {INFER: dict(type=InterviewInferencer, interviewer_llm="x")},
        "interviewer_llm must be a dict",
    ),
    Fault("the interviewer is gone", {INFER: dict(type=InterviewInferencer)}, "inferencer.interviewer_llm is missing"),
    Fault("retriever is gone", {f"{D}.infer_cfg.retriever": GONE}, "datasets[0].infer_cfg.retriever is missing"),
    Fault("reader_cfg is gone", {f"{D}.reader_cfg": GONE}, "datasets[0].reader_cfg is missing"),
    Fault("input_columns are gone", {f"{D}.reader_cfg.input_columns": GONE}, "datasets[0].reader_cfg.input_columns is missing"),
    Fault("output_column is a list", {f"{D}.reader_cfg.output_column": ["a"]}, "datasets[0].reader_cfg.output_column must be"),
    Fault("eval_cfg is gone", {f"{D}.eval_cfg": GONE}, "datasets[0].eval_cfg is missing"),
    Fault("evaluator is a text", {EVAL: "x"}, "datasets[0].eval_cfg.evaluator must be a dict, not 'x'"),
    Fault("two datasets have one abbr", {"datasets.1.abbr": "cloze"}, "two entries of 'datasets' have the abbr 'cloze'"),
    Fault("two datasets ask the same", {"datasets.1.question_type": "cloze"}, "both ask question"),
]
READERS = [
    Fault(
        "the reader is a text",
        {f"{EVAL}.reader_llm": "gpt"},
        "evaluator.reader_llm must be a dict such as dict(type=...) or None",
    ),
    Fault("the reader has no abbr", {f"{EVAL}.reader_llm": dict(type=LlamaCpp)}, "reader_llm needs an abbr"),
    Fault(
        "the reader is misspelt", {f"{EVAL}.reader_llm": dict(JUDGE, contxt=5)}, "reader_llm 'contxt': did you mean 'context'?"
    ),
    Fault(
        "reader_check is above 1", {f"{EVAL}.reader_check": 2}, "reader_check must be a number of at least 0 and at most 1, not 2"
    ),
    Fault("reader_check is a truth value", {f"{EVAL}.reader_check": True}, "reader_check must be"),
    Fault("an evaluator's key is misspelt", {f"{EVAL}.reader": None}, "eval_cfg.evaluator 'reader': did you mean 'reader_"),
    Fault("retry of an evaluator is 0", {f"{EVAL}.retry": 0}, f"evaluator.retry must be {COUNT}, not 0"),
    Fault("there is no judge", {EVAL: dict(type=OpenDetailEvaluator, judges=[])}, "evaluator.judges must be a list of dicts"),
    Fault("judges are gone", {EVAL: dict(type=OpenDetailEvaluator)}, "eval_cfg.evaluator.judges is missing"),
    Fault("judges are a dict", observed(judges=JUDGE), "eval_cfg.evaluator.judges must be a list of dicts"),
    Fault(
        "a judge is None", observed(judges=[None]), "eval_cfg.evaluator.judges[0] must be a dict such as dict(type=...), not None"
    ),
    Fault("a judge has no type", observed(judges=[dict(abbr="a")]), "eval_cfg.evaluator.judges[0].type is missing"),
    Fault("a judge has no abbr", observed(judges=[dict(type=LlamaCpp)]), "every judge needs a unique abbr"),
    Fault("two judges are one", observed(judges=[JUDGE, JUDGE]), "every judge needs a unique abbr, not 'judge'"),
    Fault("a judge reads too little", observed(judges=[dict(JUDGE, context=500)]), "context of 500 tokens, which is too short"),
    Fault("a judge is misspelt", observed(judges=[dict(JUDGE, portt=5)]), "judges[0] 'portt': did you mean 'port'?"),
    Fault("judges read what is unknown", observed(reads="storys"), "evaluator.reads 'storys': did you mean 'story'?"),
    Fault("too many statements", observed(statements=9), "statements must be a whole number of at least 1 and at most 8, not 9"),
    Fault("too few lives", observed(lives=1), "lives must be a whole number of at least 2 and at most 26, not 1"),
    Fault("comparison is a text", observed(comparison="no"), "comparison must be True or False, not 'no'"),
    Fault("reading_tokens are 0", observed(reading_tokens=0), "reading_tokens must be"),
]
SUMMARIZERS = [
    Fault("the summarizer is a text", {S: "x"}, "summarizer must be a dict such as dict(type=...), not 'x'"),
    Fault("the summarizer has no type", {f"{S}.type": GONE}, "summarizer must be a dict"),
    Fault("a summarizer's key is misspelt", {f"{S}.primry": {}}, "unknown key of summarizer 'primry': did you mean 'primary'?"),
    Fault("everything is a list", {f"{S}.everything": []}, "summarizer.everything must be a text, not []"),
    Fault("primary is a text", {f"{S}.primary": "none"}, "summarizer.primary must be a dict or None, not 'none'"),
    Fault("primary has another key", {f"{S}.primary": dict(aganst="m")}, "summarizer.primary 'aganst': did you mean 'against'?"),
    Fault("against is a list", {f"{S}.primary": dict(against=["m"])}, "summarizer.primary.against must be a text"),
    Fault("against is unknown", {f"{S}.primary": dict(against="nobody")}, "summarizer.primary.against 'nobody'"),
    Fault("against is no model's method", {f"{S}.primary": dict(against="rag")}, "but no model has this method"),
    Fault("experiments are a text", {f"{S}.primary": dict(experiments="growth")}, "primary.experiments must be a list"),
    Fault(
        "experiments are none", {f"{S}.primary": dict(experiments=[])}, "primary.experiments must be a list of at least one name"
    ),
    Fault("an experiment is not in the run", {f"{S}.primary": dict(against="m", experiments=["growth"])}, "'growth'"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of two characters, which no test changes."""
    folder = tmp_path_factory.mktemp("faults") / "data"
    for name, year in (("Ada Berg", 1980), ("Bo Crane", 1985)):
        write_character(folder, name, year)
    return folder


@pytest.fixture(autouse=True)
def nothing_is_built(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A key, and a failure if a model is built."""
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    built: list[object] = []
    monkeypatch.setattr("human_simulacra.plugin.shared_backbones.build_backbone", lambda *config, **_: built.append(config))
    yield
    assert built == []


def make(folder: Path, edits: dict[str, Any]) -> Config:
    """Returns a config that works, with edits: values by their places, such as `models.0.llm`."""
    llm = dict(type=OpenAISDK, path="x", key="ENV", max_out_len=16)
    whole: dict[str, Any] = {
        "models": [dict(type=Simulacrum, abbr=abbr, method="none", data=str(folder), llm=dict(llm)) for abbr in ("m", "n")],
        "datasets": [
            dict(
                type=SelfReportDataset, abbr=kind, question_type=kind, data=str(folder),
                reader_cfg=dict(input_columns=["envelope"], output_column="answer"),
                infer_cfg=dict(
                    prompt_template=dict(type=PromptTemplate, template="{envelope}"), retriever=dict(type=ZeroRetriever),
                    inferencer=dict(type=SimulacrumInferencer),
                ),
                eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),
            )
            for kind in ("cloze", "single_choice")
        ],
        "summarizer": dict(type=RunSummarizer),
    }  # fmt: skip
    for place, value in edits.items():
        *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
        holder: Any = whole
        for step in way:
            holder = holder[step]
        if value is GONE:
            del holder[last]
        else:
            holder[last] = value
    return Config(whole, format_python_code=False)


def test_the_config_of_these_tests_is_valid(folder: Path, tmp_path: Path) -> None:
    check_run(make(folder, {}), "c.py", tmp_path / "out")
    more = {"price": dict(input=1, output=2.5, cached=0), "capabilities": dict(system_role=False), "reasoning_tokens": 0}
    check_run(make(folder, {f"{L}.{key}": value for key, value in more.items()}), "c.py", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@each([*CONTAINERS, *MODELS, *METHODS, *BACKBONES, *DATASETS, *READERS, *SUMMARIZERS])
def test_a_config_that_cannot_work_is_refused(folder: Path, tmp_path: Path, fault: Fault) -> None:
    with pytest.raises(UserError) as caught:
        check_run(make(folder, fault.given), "c.py", tmp_path / "out")
    assert fault.expected in str(caught.value)
    assert "\n" not in str(caught.value) and not (tmp_path / "out").exists()
