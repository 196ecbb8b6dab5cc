"""Loads the backbone of a conversation from an OpenCompass model config, a config file, or the embedded model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.backbones import BackboneError, RetryingBackbone, RetryPolicy
from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.streaming import StreamingBackbone
from human_simulacra.command_checks import is_model_name
from human_simulacra.errors import UserError
from human_simulacra.plugin.model_identity import type_name
from human_simulacra.plugin.model_names import EMBEDDED_MODEL, named_model
from human_simulacra.plugin.named_backbone import build_alone, builds_alone
from human_simulacra.plugin.secret_checks import check_no_secrets
from human_simulacra.secret_redaction import redact

# The user is waiting: report a failure after two attempts and let the user retry.
RETRY_POLICY = RetryPolicy(attempts=2, longest_wait=10.0)
DEFAULT_ANSWER_TOKENS, EMBEDDED_ANSWER_TOKENS, MAX_ANSWER_TOKENS = 256, 120, 1024
CONCURRENCY = 8


@dataclass(frozen=True)
class ChatBackbone:
    """A backbone with the name that users see, the maximum length of an answer in tokens, and whether its model can stream.

    `agents` is how `macm` asks it for thoughts and feelings (see `methods.macm`): a model that cannot name a letter cannot write
    the two labelled lines of a joint call either.
    """

    backbone: Backbone
    name: str
    max_tokens: int
    streams: bool
    agents: str = "joint"


def read_model_config(
    config: str | Path | Mapping[str, Any] | None = None, base_url: str | None = None
) -> tuple[Mapping[str, Any], str]:
    """Finds a model config and a description of its origin for error messages; builds no model.

    Args:
        config: An OpenCompass model config, `PROVIDER/NAME` (`model_names.named_model`), a Python file that defines one
            (`FILE.py:NAME` where it defines several), or None (or `embedded`) for the embedded model.
        base_url: The API's address, for a model's name; None for that of the environment.

    Raises:
        UserError: If the config cannot be read, defines no model, or lacks a required value.
    """
    if base_url and (config is None or isinstance(config, Mapping) or not is_model_name(str(config))):
        raise UserError("--base-url is the address of a model that is named, such as --model openai/NAME: name it")
    if config is None or config == "embedded":
        embedded = {**EMBEDDED_MODEL, "abbr": "smollm2-135m (embedded)", "max_out_len": EMBEDDED_ANSWER_TOKENS}
        llm, where = embedded, "the embedded model"
    elif isinstance(config, Mapping):
        llm, where = config, "backbone"
    elif is_model_name(str(config)):
        llm, where = named_model(str(config), base_url), str(config)
    else:
        llm, where = _from_file(str(config))
    if not builds_alone(llm):
        from human_simulacra.plugin.llm_config import check_llm  # imports OpenCompass

        check_llm(llm, where)
    check_no_secrets(llm, where)
    return llm, where


def build_backbone(llm: Mapping[str, Any], concurrency: int, empty_is_answer: bool) -> Backbone:
    """Builds the model of a checked config, through OpenCompass only where it has to be; see `backbone_factory`."""
    if builds_alone(llm):
        return build_alone(llm, concurrency, empty_is_answer)
    from human_simulacra.plugin import backbone_factory

    return backbone_factory.build_backbone(llm, concurrency, empty_is_answer)


def load_chat_backbone(
    config: str | Path | Mapping[str, Any] | None = None, policy: RetryPolicy = RETRY_POLICY, empty_is_answer: bool = False,
    concurrency: int = CONCURRENCY, base_url: str | None = None,
) -> ChatBackbone:  # fmt: skip
    """Builds the backbone of a conversation without a call cache, so that conversations are not written to disk.

    Args:
        config: See `read_model_config`.
        policy: Retry policy of failed calls.
        empty_is_answer: Whether an empty text is a valid answer; see `OpenAIChat`.
        concurrency: Calls at once.
        base_url: See `read_model_config`.

    Raises:
        UserError: If the config cannot be read, defines no model, or its model cannot be built.
    """
    llm, where = read_model_config(config, base_url)
    try:
        backbone = build_backbone(llm, concurrency, empty_is_answer)
    except (UserError, BackboneError):
        raise
    except Exception as error:  # a model class may raise anything while it is built
        raise UserError(redact(f"{where}: {type_name(llm)} cannot be built: {type(error).__name__}: {error}")[:400]) from error
    name = str(llm.get("abbr") or llm.get("path") or type_name(llm))
    tokens = min(llm.get("max_out_len") or DEFAULT_ANSWER_TOKENS, MAX_ANSWER_TOKENS)
    agents = "separate" if type_name(llm).endswith(".LlamaCpp") and not llm.get("path") else "joint"
    return ChatBackbone(RetryingBackbone(backbone, policy), name, tokens, isinstance(backbone, StreamingBackbone), agents)


def _from_file(given: str) -> tuple[Mapping[str, Any], str]:
    path, _, wanted = given.partition(":") if not Path(given).is_file() else (given, "", "")
    from human_simulacra.plugin.config_reading import load_config  # imports OpenCompass

    config = load_config(path)
    found: dict[str, Mapping[str, Any]] = {}
    for name, value in config.items():
        if isinstance(value, Mapping) and value.get("type"):
            found[name] = value
        elif name == "models" and isinstance(value, list):
            found |= {str(entry.get("abbr", f"models[{place}]")): entry for place, entry in enumerate(value)}
    # The models of an evaluation config are simulacra; their `llm` is the backbone.
    found = {name: value.get("llm") or value for name, value in found.items()}
    if wanted:
        found = {name: value for name, value in found.items() if name == wanted}
    distinct = {repr(value): name for name, value in reversed(found.items())}
    if not distinct:
        raise UserError(f"config {path} defines no model{f' named {wanted!r}' if wanted else ''}: it needs NAME = dict(type=...)")
    if len(distinct) > 1:
        raise UserError(f"config {path} defines several models: choose one with {path}:NAME from {', '.join(found)}")
    name = next(iter(distinct.values()))
    return found[name], f"config {path}, {name}"
