"""Builds a backbone from an OpenCompass model config of any model class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opencompass.models import OpenAISDK
from opencompass.utils import build_model_from_cfg

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.memory.embedding import packaged_model
from human_simulacra.plugin.hf_vllm_loglikelihood import SCORING_CLASSES
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.llm_config import calls_openai_client, fingerprint, is_openai
from human_simulacra.plugin.opencompass_backbone import OpenCompassBackbone, ScoringOpenCompassBackbone
from human_simulacra.plugin.secret_redaction import redact

REQUEST_TIMEOUT = 300.0  # seconds


def build_backbone(llm: Mapping[str, Any], concurrency: int, empty_is_answer: bool = False) -> Backbone:
    """Builds the model of a config as a backbone.

    Args:
        llm: Any OpenCompass model config. Only reports use its `price`, dict(input=, output=) per million tokens.
        concurrency: Maximum number of concurrent calls, for API models.
        empty_is_answer: Whether an empty text of an OpenAI-compatible server is a valid answer; see `OpenAIChat`.
    """
    llm = {key: value for key, value in llm.items() if key not in ("price", "capabilities", "reasoning_tokens")}
    model = build_model_from_cfg(_openai_client_config(llm) if is_openai(llm) else llm)  # type: ignore[arg-type]
    if isinstance(model, LlamaCpp):
        return model.backbone
    if isinstance(model, OpenAISDK) and calls_openai_client(type(model)):
        return _openai_backbone(model, llm, concurrency, empty_is_answer)
    backbone_class = ScoringOpenCompassBackbone if isinstance(model, SCORING_CLASSES) else OpenCompassBackbone
    return backbone_class(model, fingerprint(llm), concurrency, llm.get("batch_size") or 1)


def _openai_client_config(llm: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an OpenAI config that can be built offline. Only the client of the model is used.

    In OpenCompass 0.5.4, the class `OpenAI`, which the stock configs name, retries failed requests forever and logs the
    key. `OpenAISDK` takes the same arguments, with the server's root as address. Without a tokenizer path, both query the
    hub and then tiktoken, and fail offline after a minute. The tokenizer only counts lengths, which are unused here.
    """
    config = {**llm, "type": OpenAISDK}
    config.setdefault("tokenizer_path", str(packaged_model()))
    if isinstance(address := config.get("openai_api_base"), str):
        config["openai_api_base"] = address.removesuffix("/").removesuffix("/chat/completions")
    return config


def _openai_backbone(model: OpenAISDK, llm: Mapping[str, Any], concurrency: int, empty_is_answer: bool) -> OpenAIChat:
    from opencompass.models.openai_api import OAI_REASONING_MODEL_LIST

    reasoning = any(name in model.path for name in OAI_REASONING_MODEL_LIST)
    extra: dict[str, Any] = {"extra_body": model.extra_body} if model.extra_body else {}
    return OpenAIChat(
        model.openai_client.with_options(timeout=float(llm.get("timeout") or REQUEST_TIMEOUT)),
        model.path,
        fingerprint(llm),
        concurrency,
        extra=extra | (model.openai_extra_kwargs or {}),
        completion_tokens_key="max_completion_tokens" if reasoning else "max_tokens",
        send_sampling=not reasoning,
        empty_is_answer=empty_is_answer,
        redact=redact,
    )
