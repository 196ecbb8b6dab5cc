"""What identifies a model by its config: its class's name, its addresses, and a hash of all that can affect its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from human_simulacra.files import digest

# Keys that do not affect a model's answers.
NOT_IDENTITY = {
    "abbr", "batch_size", "key", "max_out_len", "max_workers", "openai_proxy_url", "org", "price", "query_per_second", "retry",
    "rpm_verbose", "run_cfg", "summarizer_abbr", "timeout", "tokenizer_path", "verbose",
}  # fmt: skip
_OPENCOMPASS = "opencompass.models."


def fingerprint(llm: Mapping[str, Any]) -> str:
    """Returns a hash of everything in a model config that can affect an answer; it covers no secret.

    Several addresses count as the first: they serve the same model, whichever answers.
    """
    identity = {key: value for key, value in llm.items() if key not in NOT_IDENTITY}
    if isinstance(addresses := identity.get("openai_api_base"), list | tuple) and addresses:
        identity["openai_api_base"] = addresses[0]
    name = type_name(llm)
    # A class of OpenCompass has a shorter name in the configs that OpenCompass writes than in those that it reads.
    identity["type"] = f"{_OPENCOMPASS}{name.rpartition('.')[2]}" if name.startswith(_OPENCOMPASS) else name
    return digest(identity)


def type_name(llm: Mapping[str, Any]) -> str:
    """Returns the dotted name of a config's class, which may be given as a class or by name."""
    kind = llm.get("type", "")
    return kind if isinstance(kind, str) else f"{getattr(kind, '__module__', '')}.{getattr(kind, '__name__', kind)}"


def server_addresses(llm: Mapping[str, Any]) -> list[str]:
    """Returns the addresses that a config gives for OpenAI's interface, each as the root of the API."""
    given = llm.get("openai_api_base") or ()
    return [one.removesuffix("/").removesuffix("/chat/completions") for one in ([given] if isinstance(given, str) else given)]
