"""Builds a backbone from an OpenCompass model config of any model class."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opencompass.models import OpenAISDK
from opencompass.utils import build_model_from_cfg

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.call_slots import CallSlots
from human_simulacra.backbones.capabilities import KnownCapabilities
from human_simulacra.backbones.http_settings import HttpSettings
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.server_place import SettingNames
from human_simulacra.memory.embedding import packaged_model
from human_simulacra.plugin.azure_openai import AzureOpenAI, setting_names
from human_simulacra.plugin.hf_vllm_loglikelihood import SCORING_CLASSES
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.llm_config import calls_openai_client, fingerprint, is_openai
from human_simulacra.plugin.llm_schema import OWN_KEYS
from human_simulacra.plugin.model_identity import server_addresses
from human_simulacra.plugin.opencompass_backbone import OpenCompassBackbone, ScoringOpenCompassBackbone
from human_simulacra.secret_redaction import redact

REQUEST_TIMEOUT = 300.0  # seconds


def build_backbone(
    llm: Mapping[str, Any], concurrency: int | CallSlots, empty_is_answer: bool = False, cache_dir: Path | None = None
) -> Backbone:
    """Builds the model of a config as a backbone.

    Args:
        llm: Any OpenCompass model config, with the keys that are ours alone (`OWN_KEYS`).
        concurrency: Maximum number of concurrent calls, for API models, or slots that several backbones share.
        empty_is_answer: Whether an empty text of an OpenAI-compatible server is a valid answer; see `OpenAIChat`.
        cache_dir: Where it is kept what a server takes; None for the user's cache folder.
    """
    plain = {key: value for key, value in llm.items() if key not in OWN_KEYS}
    model = build_model_from_cfg(_openai_client_config(plain) if is_openai(plain) else plain)  # type: ignore[arg-type]
    if isinstance(model, LlamaCpp):
        return model.backbone
    if isinstance(model, OpenAISDK) and calls_openai_client(type(model)):
        return _openai_backbone(model, llm, concurrency, empty_is_answer, cache_dir)
    backbone_class = ScoringOpenCompassBackbone if isinstance(model, SCORING_CLASSES) else OpenCompassBackbone
    return backbone_class(model, fingerprint(llm), concurrency, llm.get("batch_size") or 1, llm.get("reasoning_tokens") or 0)


def _openai_client_config(llm: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an OpenAI config that can be built offline, for the first of several addresses. Only the model's client is used.

    In OpenCompass 0.5.4, the class `OpenAI`, which the stock configs name, retries failed requests forever and logs the
    key. `OpenAISDK` takes the same arguments, with the server's root as address. Without a tokenizer path, both query the
    hub and then tiktoken, and fail offline after a minute. The tokenizer only counts lengths, which are unused here.
    """
    config = {**llm, "type": OpenAISDK}
    config.setdefault("tokenizer_path", str(packaged_model()))
    if addresses := server_addresses(llm):
        config["openai_api_base"] = addresses[0]
    return config


def _openai_backbone(
    model: OpenAISDK, llm: Mapping[str, Any], concurrency: int | CallSlots, empty_is_answer: bool, cache_dir: Path | None
) -> OpenAIChat:
    extra: dict[str, Any] = {"extra_body": model.extra_body} if model.extra_body else {}
    azure = isinstance(model, AzureOpenAI)
    # Azure's client makes the address from the deployment.
    taken = {"v1": "as given", **(llm.get("capabilities") or {})} if azure else llm.get("capabilities") or {}
    return OpenAIChat(
        model.openai_client,
        model.path,
        fingerprint(llm),
        concurrency,
        extra=extra | (model.openai_extra_kwargs or {}),
        capabilities=KnownCapabilities(fingerprint(llm), taken, cache_dir),
        reasoning_tokens=llm.get("reasoning_tokens"),
        timeout=float(llm.get("timeout") or REQUEST_TIMEOUT),
        empty_is_answer=empty_is_answer,
        redact=redact,
        names=setting_names() if azure else SettingNames("OPENAI_API_KEY" if llm.get("key", "ENV") == "ENV" else ""),
        http=HttpSettings(model.http_client_cfg, model.proxy_url or ""),
        addresses=() if azure else server_addresses(llm),
    )
