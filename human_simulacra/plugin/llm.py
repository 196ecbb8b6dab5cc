"""From an OpenCompass model config to a backbone: any model class that OpenCompass builds can stand behind a simulacrum."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from opencompass.models import OpenAISDK
from opencompass.utils import build_model_from_cfg
from opencompass.utils.prompt import PromptList

from human_simulacra.backbones.base import Backbone, BackboneError, estimate_tokens, strip_reasoning
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.errors import UserError
from human_simulacra.files import digest
from human_simulacra.memory.embedding import packaged_model
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.secrets import redact
from human_simulacra.types import Completion, Generation, Message

# What changes how fast or under which name a model answers, but not what it answers.
_NOT_IDENTITY = {
    "abbr", "batch_size", "key", "max_out_len", "max_workers", "openai_proxy_url", "org", "price", "query_per_second", "retry",
    "rpm_verbose", "run_cfg", "summarizer_abbr", "timeout", "tokenizer_path", "verbose",
}  # fmt: skip
_ROLE = {"system": "SYSTEM", "user": "HUMAN", "assistant": "BOT"}
REQUEST_TIMEOUT = 300.0


def fingerprint(llm: Mapping[str, Any]) -> str:
    """Returns what identifies a model config in caches: everything that can change an answer, and no secret."""
    identity = {key: value for key, value in llm.items() if key not in _NOT_IDENTITY}
    identity["type"] = type_name(llm)
    return digest(identity)


def type_name(llm: Mapping[str, Any]) -> str:
    """Returns a config's class as a dotted name, whether it holds the class or its name."""
    kind = llm.get("type", "")
    return kind if isinstance(kind, str) else f"{getattr(kind, '__module__', '')}.{getattr(kind, '__name__', kind)}"


def check_llm(llm: Mapping[str, Any], where: str) -> None:
    """Raises a UserError where a model config cannot work, before any model is built."""
    if not type_name(llm):
        raise UserError(f"{where} has no 'type': give an OpenCompass model config")
    if _is_openai(llm) and llm.get("key", "ENV") == "ENV" and not os.environ.get("OPENAI_API_KEY"):
        raise UserError(f"{where} uses key='ENV', but OPENAI_API_KEY is not set: export it (any value for a local server)")


def build_backbone(llm: Mapping[str, Any], concurrency: int, empty_is_answer: bool = False) -> Backbone:
    """Builds the model of a config and returns it as a backbone.

    Args:
        llm: Any OpenCompass model config; `price` in it is ours and no argument of its model.
        concurrency: Calls under way at once, for models behind an API.
        empty_is_answer: Whether an empty text of an OpenAI-compatible server is an answer or a fault to be retried.
    """
    llm = {key: value for key, value in llm.items() if key != "price"}
    model = build_model_from_cfg(_openai_client_config(llm) if _is_openai(llm) else llm)  # type: ignore[arg-type]
    if isinstance(model, LlamaCpp):
        return model.backbone
    if isinstance(model, OpenAISDK) and type(model)._generate is OpenAISDK._generate:
        return _openai_backbone(model, llm, concurrency, empty_is_answer)
    return OpenCompassBackbone(model, fingerprint(llm), concurrency, llm.get("batch_size") or 1)


def _is_openai(llm: Mapping[str, Any]) -> bool:
    return type_name(llm).rsplit(".", 1)[-1] in ("OpenAI", "OpenAISDK")


def _openai_client_config(llm: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an OpenAI config as one that builds here and now: its client is all that we use of the model.

    OpenCompass 0.5.4's class `OpenAI`, which the stock configs name, repeats a failed request without end and logs the
    key; `OpenAISDK` takes the same arguments, with the server's root as address. Without a tokenizer path both ask the
    hub and then tiktoken, and offline give up after a minute; the tokenizer only counts lengths that we do not use.
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


class OpenCompassBackbone:
    """Any other OpenCompass model, through its `generate`.

    Calls to a model behind an API go out in a bounded pool, one prompt each. A local model gets dynamic batches:
    whatever is waiting when it becomes free goes into one `generate(list)`.

    Args:
        model: A built OpenCompass model.
        identity: Its fingerprint.
        concurrency: Calls under way at once (API models).
        batch_size: Prompts a batch at most (local models).
    """

    def __init__(self, model: Any, identity: str, concurrency: int, batch_size: int) -> None:
        self.model = model
        self.fingerprint = identity
        self._is_api = bool(getattr(model, "is_api", False))
        self._batch = 1 if self._is_api else batch_size
        self._pool = ThreadPoolExecutor(max_workers=concurrency if self._is_api else 1, thread_name_prefix="backbone")
        self._waiting: list[tuple[PromptList, Generation, asyncio.Future[Completion]]] = []
        self._running = False
        self._drainer: asyncio.Task[None] | None = None

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers by `generate`; token counts are estimates, since OpenCompass models report none."""
        prompt = PromptList([dict(role=_ROLE[m.role], prompt=m.content) for m in messages])
        loop = asyncio.get_running_loop()
        if self._is_api:
            return (await loop.run_in_executor(self._pool, self._generate, [prompt], generation))[0]
        answer: asyncio.Future[Completion] = loop.create_future()
        self._waiting.append((prompt, generation, answer))
        if not self._running:
            self._running = True
            self._drainer = loop.create_task(self._drain())
        return await answer

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            # Let every task that is ready put its call in before the first batch is cut.
            await asyncio.sleep(0)
            while self._waiting:
                first = self._waiting[0][1]
                batch = [entry for entry in self._waiting if entry[1] == first][: self._batch]
                self._waiting = [entry for entry in self._waiting if entry not in batch]
                try:
                    answers = await loop.run_in_executor(self._pool, self._generate, [b[0] for b in batch], first)
                    for (_, _, future), completion in zip(batch, answers, strict=True):
                        if not future.done():
                            future.set_result(completion)
                except BackboneError as error:
                    for _, _, future in batch:
                        if not future.done():
                            future.set_exception(error)
        finally:
            self._running = False

    def _generate(self, prompts: list[PromptList], generation: Generation) -> list[Completion]:
        started = time.perf_counter()
        try:
            texts = self.model.generate(prompts, max_out_len=generation.max_tokens, **self._sampling(generation))
        except Exception as error:  # what a model class raises is its own affair; the row must know
            raise BackboneError(redact(f"{type(self.model).__name__} failed: {error}")[:500], retryable=self._is_api) from error
        seconds = (time.perf_counter() - started) / len(prompts)
        counts = [sum(estimate_tokens(turn["prompt"]) for turn in prompt) for prompt in prompts]
        return [
            Completion(strip_reasoning(text), count, 0, estimate_tokens(text), True, seconds)
            for text, count in zip(texts, counts, strict=True)
        ]

    def _sampling(self, generation: Generation) -> dict[str, Any]:
        """Returns the sampling arguments that the model's `generate` is known to take."""
        name = type(self.model).__name__
        if name.startswith("HuggingFace"):
            return {"do_sample": True, "temperature": generation.temperature} if generation.temperature else {"do_sample": False}
        if name.startswith("VLLM"):
            return {"temperature": generation.temperature, "seed": generation.seed + generation.sample}
        return {}
