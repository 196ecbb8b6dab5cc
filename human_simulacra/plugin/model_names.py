"""Model configs for the names by which commands call models, such as `openai/gpt-4o-mini`."""

from __future__ import annotations

import os
from typing import Any

from human_simulacra.command_checks import EMBEDDED, check_api_address, is_model_name
from human_simulacra.errors import UserError, unknown
from human_simulacra.listing import MODEL_FORMS

CLASSES = {
    "openai": "opencompass.models.OpenAISDK", "azure": "human_simulacra.plugin.azure_openai.AzureOpenAI",
    "hf": "opencompass.models.HuggingFacewithChatTemplate",
    "vllm": "opencompass.models.VLLMwithChatTemplate", "gguf": "human_simulacra.plugin.llama_cpp.LlamaCpp",
}  # fmt: skip
EMBEDDED_MODEL = {"type": CLASSES["gguf"], "abbr": "smollm2-135m", "max_out_len": 48}
_OPENAI = "https://api.openai.com/v1"
_ENDPOINT = "AZURE_OPENAI_ENDPOINT"


def named_model(given: str, base_url: str | None = None) -> dict[str, Any]:
    """Returns the config of a model that is called by its name.

    Args:
        given: One of the forms of `listing.MODEL_FORMS`, except a config file.
        base_url: The API's address, or several with commas; None for that of the environment, else OpenAI's.

    Raises:
        UserError: If it has none of these forms, or the environment lacks what the server needs.
    """
    if given == EMBEDDED:
        return dict(EMBEDDED_MODEL)
    kind, _, name = given.partition("/")
    if not is_model_name(given) or not name:
        raise unknown("--model", given, MODEL_FORMS)
    llm = {"type": CLASSES[kind], "abbr": short_name(name), "path": name, "max_out_len": 256}
    if kind == "openai":
        option, address = _find_address(base_url)
        if not (several := [one for one in map(str.strip, address.split(",")) if one]):
            raise UserError(f"{option} {address!r} has no address: give one, or several with commas")
        for one in several:
            check_api_address(one, option)
        return {**llm, "openai_api_base": several[0] if len(several) == 1 else several, "key": _find_key(address), "timeout": 120}
    if kind == "azure":
        return {**llm, **_azure(base_url), "key": "ENV", "timeout": 120}
    if base_url:
        raise UserError(f"--base-url is for openai/NAME and azure/DEPLOYMENT, not for {given}: leave it out")
    return {**llm, "batch_size": 16, "run_cfg": {"num_gpus": 1}} if kind in ("hf", "vllm") else llm


def short_name(name: str) -> str:
    """Returns a name for a model that can stand in the names of files: the last part of its own."""
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in name.rstrip("/").rsplit("/", 1)[-1])


def _find_address(base_url: str | None) -> tuple[str, str]:
    """Returns what gives the address of OpenAI's API, and the address."""
    given = [("--base-url", base_url), *((name, os.environ.get(name)) for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"))]
    return next(((option, address) for option, address in given if address), ("--base-url", _OPENAI))


def _find_key(address: str) -> str:
    """Returns the `key` of a config for OpenAI's API at an address: a server of one's own may need none."""
    if os.environ.get("OPENAI_API_KEY"):
        return "ENV"
    if address != _OPENAI:
        return "EMPTY"
    azure = "; for the Azure resource in AZURE_OPENAI_ENDPOINT write azure/DEPLOYMENT" if os.environ.get(_ENDPOINT) else ""
    raise UserError(
        "OPENAI_API_KEY is not set: export it with a key of OpenAI, or name another server with --base-url or OPENAI_BASE_URL"
        + azure
    )


def _azure(base_url: str | None) -> dict[str, Any]:
    """Returns where a deployment of Azure OpenAI is, as the environment says it."""
    if not (endpoint := base_url or os.environ.get(_ENDPOINT)):
        raise UserError(f"azure/DEPLOYMENT needs {_ENDPOINT}: export it, such as https://NAME.openai.azure.com")
    check_api_address(endpoint, "--base-url" if base_url else _ENDPOINT)
    version = os.environ.get("OPENAI_API_VERSION") or os.environ.get("AZURE_OPENAI_API_VERSION")
    return {"azure_endpoint": endpoint, **({"api_version": version} if version else {})}
