"""What an OpenCompass model config says of its model, read without building it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from opencompass.registry import MODELS

from human_simulacra.errors import UserError, unknown
from human_simulacra.files import digest
from human_simulacra.plugin.hf_vllm_loglikelihood import SCORED_CLASSES
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.types import ANSWERINGS, Answering

# What changes how fast or under which name a model answers, but not what it answers.
_NOT_IDENTITY = {
    "abbr", "batch_size", "key", "max_out_len", "max_workers", "openai_proxy_url", "org", "price", "query_per_second", "retry",
    "rpm_verbose", "run_cfg", "summarizer_abbr", "timeout", "tokenizer_path", "verbose",
}  # fmt: skip
# What a model reads at once where its config does not say: a whole life story fits into the larger.
ASSUMED_CONTEXT, LLAMA_CONTEXT = 32768, 8192


def fingerprint(llm: Mapping[str, Any]) -> str:
    """Returns what identifies a model config in caches: everything that can change an answer, and no secret."""
    identity = {key: value for key, value in llm.items() if key not in _NOT_IDENTITY}
    identity["type"] = type_name(llm)
    return digest(identity)


def type_name(llm: Mapping[str, Any]) -> str:
    """Returns a config's class as a dotted name, whether it holds the class or its name."""
    kind = llm.get("type", "")
    return kind if isinstance(kind, str) else f"{getattr(kind, '__module__', '')}.{getattr(kind, '__name__', kind)}"


def context_tokens(llm: Mapping[str, Any]) -> int:
    """Returns how many tokens a model reads at once, from its config (`context` or `max_seq_len`)."""
    llama = type_name(llm) == f"{LlamaCpp.__module__}.{LlamaCpp.__name__}"
    return int(llm.get("context") or llm.get("max_seq_len") or (LLAMA_CONTEXT if llama else ASSUMED_CONTEXT))


def check_llm(llm: Mapping[str, Any], where: str) -> None:
    """Raises a UserError where a model config cannot work, before any model is built."""
    if not type_name(llm):
        raise UserError(f"{where} has no 'type': give an OpenCompass model config")
    if is_openai(llm) and llm.get("key", "ENV") == "ENV" and not os.environ.get("OPENAI_API_KEY"):
        raise UserError(f"{where} uses key='ENV', but OPENAI_API_KEY is not set: export it (any value for a local server)")


def resolve_answering(llm: Mapping[str, Any], answering: Answering | None, where: str) -> Answering:
    """Returns how a simulacrum answers choice questions: as asked, else as suits its model; builds no model.

    Raises:
        UserError: If the way is unknown, or the model gives no log-probabilities of given texts.
    """
    if answering is not None and answering not in ANSWERINGS:
        raise unknown("answering", answering, ANSWERINGS)
    kind = model_class(llm)
    embedded = kind is not None and issubclass(kind, LlamaCpp)
    if answering == "likelihood" and not (embedded or (kind is not None and issubclass(kind, SCORED_CLASSES))):
        raise UserError(
            f"{where} has answering='likelihood', but {type_name(llm).rsplit('.', 1)[-1]} gives no log-probabilities of given "
            "texts: use the embedded model, a Hugging Face or vLLM one, or answering='generate'"
        )
    return answering or ("likelihood" if embedded and not llm.get("path") else "generate")


def model_class(llm: Mapping[str, Any]) -> type | None:
    """Returns a config's class, also where it is named by a string, or None where there is no such class."""
    kind = llm.get("type")
    if isinstance(kind, str):
        kind = MODELS.get(kind)
    return kind if isinstance(kind, type) else None


def is_openai(llm: Mapping[str, Any]) -> bool:
    """Returns whether a config names one of OpenCompass's classes for OpenAI's interface."""
    return type_name(llm).rsplit(".", 1)[-1] in ("OpenAI", "OpenAISDK")
