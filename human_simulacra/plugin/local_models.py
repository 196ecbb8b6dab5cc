"""Checks before a run that its models in this process can be loaded: files, packages and what the hub's cache holds."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opencompass.models import HuggingFace, HuggingFacewithChatTemplate

from human_simulacra.backbones.llama_process import check_model
from human_simulacra.errors import UserError
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.llm_schema import find_class
from human_simulacra.plugin.vllm_structured_output import VLLM_CLASSES

_VLLM = "vLLM is not installed: pip install vllm, or take hf/NAME or an OpenAI-compatible server"


def check_local_model(llm: Mapping[str, Any]) -> None:
    """Checks that the model of a config in this process can be loaded; loads no weights.

    Args:
        llm: A model config that was checked by `llm_config.check_llm`.

    Raises:
        UserError: If it cannot.
    """
    kind, path = find_class(llm.get("type")) or object, llm.get("path")
    name = llm.get("abbr") or path
    if issubclass(kind, LlamaCpp) and path:
        check_model(Path(path))
    elif issubclass(kind, VLLM_CLASSES) and importlib.util.find_spec("vllm") is None:
        raise UserError(f"model '{name}' cannot be used: {_VLLM}")
    elif issubclass(kind, (HuggingFace, HuggingFacewithChatTemplate, *VLLM_CLASSES)) and path:
        _check_files(str(name), str(path))


def _check_files(name: str, path: str) -> None:
    """Raises a UserError if neither a folder nor the hub, or its cache where this machine is offline, has a model's config."""
    from transformers.utils.hub import cached_file

    try:
        cached_file(path, "config.json")
    except OSError as error:
        said = " ".join(str(error).split()).partition(". ")[0].rstrip(".")[:200]
        raise UserError(
            f"model '{name}' cannot be used: '{path}' is neither a folder with a model nor one that Hugging Face gives ({said}): "
            "check the name, HF_TOKEN for a model that asks for it, and the network or HF_HUB_OFFLINE"
        ) from None
