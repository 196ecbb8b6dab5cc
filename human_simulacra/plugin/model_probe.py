"""One call to each model behind an API before a run, and a look for the others' files: what cannot be used ends it in seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config

from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.openai_chat import REASONING_TOKENS, OpenAIChat
from human_simulacra.backbones.retry import RetryPolicy
from human_simulacra.backbones.server_errors import ServerError
from human_simulacra.errors import UserError
from human_simulacra.event_loops import run_coroutine
from human_simulacra.files import cache_dir
from human_simulacra.messages import tell
from human_simulacra.plugin.backbone_factory import build_backbone
from human_simulacra.plugin.config_classes import experiment_dataset_class, has_type
from human_simulacra.plugin.llm_config import asks_chat_server, fingerprint
from human_simulacra.plugin.local_models import check_local_model
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.prompts import template
from human_simulacra.types import Generation, Message

PROBE_TOKENS = 64
BUSY = (429, 503, 529)  # a server that says so answers later


def probe_models(config: Config, mode: str = "all") -> None:
    """Finds out what the models of a run take, says it on standard error, and keeps it; a model that is known is not asked.

    Args:
        config: The run's config.
        mode: The run's mode: in `infer` no judge and no reader is asked.

    Raises:
        UserError: If a model cannot be used: its server is out of reach, or refuses the key, the model or every request; or its
            files or package are missing.
    """
    found = list(_find_llms(config, mode))
    for llm, _ in found:
        check_local_model(llm)
    run_coroutine(_probe_all([(llm, folder) for llm, folder in found if asks_chat_server(llm)]))


async def _probe_all(found: list[tuple[Mapping[str, Any], Path]]) -> None:
    backbones: dict[str, tuple[str, OpenAIChat]] = {}
    for llm, folder in found:
        if fingerprint(llm) not in backbones:
            backbone = build_backbone(llm, 1, cache_dir=folder)
            if isinstance(backbone, OpenAIChat) and backbone.capabilities.found is None:
                backbones[fingerprint(llm)] = (str(llm.get("abbr") or llm.get("path")), backbone)
    for line in await asyncio.gather(*(_probe(name, backbone) for name, backbone in backbones.values())):
        tell(line)


async def _probe(name: str, backbone: OpenAIChat) -> str:
    """Makes one call, tried again if it fails in passing, and returns a line that says what was found."""
    messages = [Message("system", template("probe_system")), Message("user", template("probe"))]
    policy = RetryPolicy(attempts=3)
    for attempt in range(1, policy.attempts + 1):
        try:
            done = await backbone.complete(messages, Generation(PROBE_TOKENS), blind=True)
            return f"{name}: answers in {done.seconds:.1f} s{_describe(backbone)}"
        except BackboneError as error:
            if isinstance(error, ServerError) and error.status in BUSY and not error.unusable:
                return f"{name}: {error}; the run starts nevertheless, and asks again"
            if error.unusable or not error.retryable or attempt == policy.attempts:
                raise UserError(f"model '{name}' cannot be used: {error}") from None
            await asyncio.sleep(policy.wait(attempt, error.retry_after))
    raise AssertionError("the last attempt returns or raises")


def _describe(backbone: OpenAIChat) -> str:
    taken = backbone.capabilities.current
    differs = f"; {found}" if (found := taken.describe()) else ""
    if taken.reasons:
        most = REASONING_TOKENS if backbone.reasoning_tokens is None else backbone.reasoning_tokens
        differs += f" (up to {most:,} tokens more than the answer's: reasoning_tokens)"
    return differs


def _find_llms(config: Config, mode: str) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Yields the configs of the models that a run calls, and where it is kept what they take."""
    for entry in config["models"]:
        for key in ("llm", "agent_llm") if has_type(entry, Simulacrum) else ():
            if entry.get(key):
                yield entry[key], Path(entry.get("cache_dir") or cache_dir())
    for dataset in config["datasets"]:
        if experiment_dataset_class(dataset):
            yield from ((llm, cache_dir()) for llm in _find_readers(dataset, mode))


def _find_readers(dataset: Mapping[str, Any], mode: str) -> Iterator[Mapping[str, Any]]:
    inferencer = (dataset.get("infer_cfg") or {}).get("inferencer") or {}
    if inferencer.get("interviewer_llm"):
        yield inferencer["interviewer_llm"]
    evaluator = (dataset.get("eval_cfg") or {}).get("evaluator") or {}
    if mode == "all":
        yield from evaluator.get("judges") or ()
        if evaluator.get("reader_llm"):
            yield evaluator["reader_llm"]
