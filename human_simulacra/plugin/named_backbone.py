"""Builds the backbone of a model that is called by its name without OpenCompass, whose import takes many seconds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.capabilities import KnownCapabilities
from human_simulacra.plugin.model_identity import fingerprint, server_addresses, type_name
from human_simulacra.plugin.model_names import CLASSES
from human_simulacra.secret_redaction import redact

# The keys that `model_names.named_model` writes, with their types; a config with any other is OpenCompass's to build.
_SERVER: dict[str, type] = {
    "type": str, "abbr": str, "path": str, "max_out_len": int, "openai_api_base": str, "key": str, "timeout": int,
}  # fmt: skip
_LLAMA: dict[str, type] = {"type": str, "abbr": str, "path": str, "max_out_len": int}


def builds_alone(llm: Mapping[str, Any]) -> bool:
    """Returns whether `build_alone` can build a config: that of an OpenAI-compatible server, GGUF file or embedded model."""
    fits = all(isinstance(value, {**_LLAMA, **_SERVER}.get(key, ())) for key, value in llm.items())
    if llm.get("type") == CLASSES["openai"]:
        return fits and llm.keys() == _SERVER.keys() and (llm["key"] != "ENV" or bool(os.environ.get("OPENAI_API_KEY")))
    return fits and llm.get("type") == CLASSES["gguf"] and llm.keys() <= _LLAMA.keys()


def build_alone(llm: Mapping[str, Any], concurrency: int, empty_is_answer: bool = False) -> Backbone:
    """Builds the backbone that `backbone_factory.build_backbone` builds through OpenCompass's class, with the same identity.

    Args:
        llm: A config for which `builds_alone` is true.
        concurrency: Maximum number of concurrent calls to a server.
        empty_is_answer: Whether an empty text is a valid answer; see `OpenAIChat`.

    Raises:
        UserError: If a GGUF file is missing or none.
    """
    if type_name(llm) == CLASSES["gguf"]:
        from human_simulacra.backbones.llama_models import open_chat

        return open_chat(llm.get("path"))
    from openai import DefaultHttpxClient, OpenAI

    from human_simulacra.backbones.openai_chat import OpenAIChat
    from human_simulacra.backbones.server_place import SettingNames

    by_environment = llm["key"] == "ENV"
    key = os.environ["OPENAI_API_KEY"].split(",")[0] if by_environment else llm["key"]
    timeout = float(llm["timeout"])
    (address,) = server_addresses(llm)
    client = OpenAI(base_url=address, api_key=key, http_client=DefaultHttpxClient(timeout=timeout))
    identity = fingerprint(llm)
    return OpenAIChat(
        client,
        llm["path"],
        identity,
        concurrency,
        capabilities=KnownCapabilities(identity, {}, None),
        timeout=timeout,
        empty_is_answer=empty_is_answer,
        redact=redact,
        names=SettingNames("OPENAI_API_KEY" if by_environment else ""),
    )
