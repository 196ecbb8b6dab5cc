"""What an OpenCompass model config (`llm=`) must look like: the keys that all have, and those of its class."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Annotated, Any

from opencompass.registry import MODELS
from pydantic import BaseModel, ConfigDict

from human_simulacra.backbones.capabilities import Capabilities
from human_simulacra.errors import UserError, unknown
from human_simulacra.schema import (
    STRICT,
    Address,
    AtLeastOne,
    Count,
    NotNegative,
    Positive,
    Text,
    check_arguments,
    check_value,
    parameters,
)

# A key of a class that takes any is refused only if it is this close to a known one.
MISSPELT = 0.8


class Price(BaseModel):
    """Money for a million tokens.

    Attributes:
        input: Tokens that the model reads.
        output: Tokens that it writes.
        cached: Tokens that it reads from its prefix cache; as `input` if None.
    """

    model_config = STRICT
    input: NotNegative
    output: NotNegative
    cached: NotNegative | None = None


class ModelConfig(BaseModel):
    """The keys that model configs of all classes share; each class has further ones.

    Attributes:
        type: An OpenCompass model class, or its dotted name.
        abbr: Name in tables and file names.
        path: The model's name at its server, its folder, or its file.
        max_out_len: Maximum length of an answer in tokens; 256 if None.
        min_out_len: Minimum length of an answer in tokens, for Hugging Face models.
        max_seq_len: Context length in tokens.
        context: Context length in tokens of a `LlamaCpp` model, and of a judge, whose reading it bounds.
        batch_size: How many waiting calls of a model in this process form one batch.
        concurrency: For use without a simulacrum, which has its own `concurrency`.
        max_workers: For use without a simulacrum: OpenCompass's number of threads, and the calls at once of tools that make
            characters.
        retry: For use without a simulacrum, which has its own `retry`.
        query_per_second: For use without a simulacrum: OpenCompass's limit of calls started in a second.
        timeout: Seconds until a call of an OpenAI-compatible server counts as failed.
        temperature: For use without a simulacrum, which has its own `temperature`.
        key: `'ENV'` takes the key from OPENAI_API_KEY. Never write a key into a config.
        openai_api_base: Address of an OpenAI-compatible server, or a list of addresses that serve the same model.
        meta_template: OpenCompass's template of the roles.
        run_cfg: What OpenCompass's runner needs, such as `dict(num_gpus=1)`.
        generation_kwargs: Arguments of the generation, for Hugging Face and vLLM models.
        model_kwargs: Arguments of the model's constructor, for Hugging Face and vLLM models.
        extra_body: Further fields of each request to an OpenAI-compatible server.
        openai_extra_kwargs: Further arguments of the OpenAI client's call, such as `extra_headers`.
        summarizer_abbr: OpenCompass's name of the model in its own summary.
        pred_postprocessor: OpenCompass's changes of a reply before it is scored.
        price: What tokens cost; see below.
        capabilities: What the server takes, if the first calls shall not find out; see below.
        reasoning_tokens: How many tokens the model may think before it answers.
    """

    model_config = STRICT | ConfigDict(extra="allow")
    type: Annotated[Any, "a model class"]
    abbr: Text | None = None
    path: Text | None = None
    max_out_len: AtLeastOne | None = None
    min_out_len: Count | None = None
    max_seq_len: AtLeastOne | None = None
    context: AtLeastOne | None = None
    batch_size: AtLeastOne | None = None
    concurrency: AtLeastOne | None = None
    max_workers: AtLeastOne | None = None
    retry: Count | None = None
    query_per_second: Positive | None = None
    timeout: Positive | None = None
    temperature: NotNegative | None = None
    key: Text | Sequence[Text] | None = None
    openai_api_base: Address | Sequence[Address] | None = None
    meta_template: dict[str, Any] | None = None
    run_cfg: dict[str, Any] | None = None
    generation_kwargs: dict[str, Any] | None = None
    model_kwargs: dict[str, Any] | None = None
    extra_body: dict[str, Any] | None = None
    openai_extra_kwargs: dict[str, Any] | None = None
    summarizer_abbr: Text | None = None
    pred_postprocessor: dict[str, Any] | None = None
    price: Price | None = None
    capabilities: dict[str, Any] | None = None
    reasoning_tokens: Count | None = None


# Keys that OpenCompass does not know: the price of tokens, what a server takes, and what a model may think before it answers.
OWN_KEYS = ("price", "capabilities", "reasoning_tokens")
# What OpenCompass or we take out before a model is built; no constructor knows it.
NOT_ARGUMENTS = (
    "type", "abbr", "max_out_len", "min_out_len", "batch_size", "run_cfg", "summarizer_abbr", "pred_postprocessor", *OWN_KEYS,
)  # fmt: skip


def find_class(kind: object) -> type | None:
    """Returns the class that a config's `type` names, given as a class or by name; None if there is none."""
    if isinstance(kind, str) and kind:
        try:
            kind = MODELS.get(kind)
        except Exception:  # the import of the module that a name names may raise anything
            return None
    return kind if isinstance(kind, type) else None


def check_model_config(llm: object, where: str, path: str = "") -> None:
    """Checks a model config's keys and values without building the model.

    Args:
        llm: The config.
        where: Its file or another origin, the beginning of an error message.
        path: Its place there.

    Raises:
        UserError: If it is no model config, or one of its keys is unknown or does not fit.
    """
    check_value(ModelConfig, llm, where, path)
    assert isinstance(llm, Mapping)
    if (taken := llm.get("capabilities")) is not None:
        check_arguments(Capabilities, taken, where, f"{path}.capabilities" if path else "capabilities")
    inner = f"{path}.type" if path else "type"
    if not (kind := llm["type"]):
        raise UserError(f"{where}: {inner} is missing: give an OpenCompass model class")
    found = find_class(kind)
    if found is None:
        if isinstance(kind, str) or not callable(kind):
            raise UserError(f"{where}: {inner} must be an OpenCompass model class or its dotted name, not {kind!r}")
        return
    given = {key: value for key, value in llm.items() if key not in NOT_ARGUMENTS}
    known = [*(name for name, _, _ in parameters(found)), *NOT_ARGUMENTS]
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature(found).parameters.values())
    for key in given:
        if key not in known and (not takes_any or difflib.get_close_matches(key, known, n=1, cutoff=MISSPELT)):
            raise UserError(f"{where}: {unknown(f'key of {path}' if path else 'key', key, known)}")
    if found.__module__.startswith("human_simulacra."):
        check_arguments(found, given, where, path)
