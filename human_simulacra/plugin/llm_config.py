"""Reads and checks OpenCompass model configs (`llm=`) without building the model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from opencompass.models import OpenAISDK

from human_simulacra.backbones.llama_models import CONTEXT
from human_simulacra.errors import UserError, unknown
from human_simulacra.plugin.azure_openai import AzureOpenAI, find_key
from human_simulacra.plugin.hf_vllm_loglikelihood import SCORING_CLASSES
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.llm_schema import check_model_config, find_class
from human_simulacra.plugin.model_identity import NOT_IDENTITY, fingerprint, type_name
from human_simulacra.plugin.vllm_structured_output import VLLM_CLASSES
from human_simulacra.types import ANSWERINGS, Answering

__all__ = [
    "NOT_IDENTITY", "asks_chat_server", "calls_openai_client", "check_llm", "context_tokens", "fingerprint", "is_openai",
    "resolve_answering", "type_name",
]  # fmt: skip
# Context lengths in tokens for configs that set none. A whole life story fits into the larger one.
ASSUMED_CONTEXT = 32768
# What a model that does not support a way of answering lacks, and what to use.
_LACKS = {
    "likelihood": "gives no log-probabilities of given texts: use the embedded model, a Hugging Face or vLLM one, or "
    "answering='generate'",
    "structured": "cannot be held to a form: use an OpenAI-compatible server, vLLM, a GGUF model, or answering='generate'",
}


def context_tokens(llm: Mapping[str, Any]) -> int:
    """Returns a model's context length in tokens, from its config (`context` or `max_seq_len`)."""
    llama = type_name(llm) == f"{LlamaCpp.__module__}.{LlamaCpp.__name__}"
    return int(llm.get("context") or llm.get("max_seq_len") or (CONTEXT if llama else ASSUMED_CONTEXT))


def check_llm(llm: Mapping[str, Any], where: str, path: str = "") -> None:
    """Checks a model config before the model is built; raises a UserError, which names its origin, if it cannot work.

    Args:
        llm: The config.
        where: Its file or another origin.
        path: Its place there.
    """
    check_model_config(llm, where, path)
    if is_openai(llm) and llm.get("key", "ENV") == "ENV" and not os.environ.get("OPENAI_API_KEY"):
        raise UserError(
            f"{where}: {path or 'it'} uses key='ENV', but OPENAI_API_KEY is not set: export it (any value for a local server)"
        )
    if issubclass(_model_class(llm), AzureOpenAI):
        find_key()


def resolve_answering(llm: Mapping[str, Any], answering: Answering | None, where: str) -> Answering:
    """Returns how a simulacrum answers choice questions: as requested, otherwise the default of its model.

    Args:
        llm: The model config.
        answering: The requested way, or None for the default: `likelihood` for the embedded model, otherwise `generate`.
        where: The config's origin, for the message.

    Raises:
        UserError: If the way is unknown, or the model does not support it.
    """
    if answering is not None and answering not in ANSWERINGS:
        raise unknown("answering", answering, ANSWERINGS)
    kind = _model_class(llm)
    embedded = issubclass(kind, LlamaCpp)
    supported = {
        "likelihood": embedded or issubclass(kind, SCORING_CLASSES),
        "structured": embedded or issubclass(kind, VLLM_CLASSES) or asks_chat_server(llm),
    }
    if not supported.get(str(answering), True):
        raise UserError(f"{where} has answering='{answering}', but {type_name(llm).rsplit('.', 1)[-1]} {_LACKS[str(answering)]}")
    return answering or ("likelihood" if embedded and not llm.get("path") else "generate")


def calls_openai_client(kind: type) -> bool:
    """Returns whether a model class calls an OpenAI client as OpenCompass's does, so that the client can be called directly."""
    return issubclass(kind, OpenAISDK) and kind._generate is OpenAISDK._generate


def asks_chat_server(llm: Mapping[str, Any]) -> bool:
    """Returns whether a config's model is behind OpenAI's interface, so that `OpenAIChat` calls it."""
    return is_openai(llm) or calls_openai_client(_model_class(llm))


def is_local(llm: Mapping[str, Any]) -> bool:
    """Returns whether a config's model holds memory on this machine: it runs here, or nothing says that it is behind an API."""
    kind = _model_class(llm)
    return issubclass(kind, LlamaCpp) or not getattr(kind, "is_api", False)


def _model_class(llm: Mapping[str, Any]) -> type:
    """Returns the class of a config; `object` if it is none that OpenCompass can find."""
    return find_class(llm.get("type")) or object


def is_openai(llm: Mapping[str, Any]) -> bool:
    """Returns whether a config names one of OpenCompass's classes for OpenAI's interface."""
    return type_name(llm).rsplit(".", 1)[-1] in ("OpenAI", "OpenAISDK")
