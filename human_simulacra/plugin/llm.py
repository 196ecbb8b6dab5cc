"""From an OpenCompass model config to a backbone: any model class that OpenCompass builds can stand behind a simulacrum."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from opencompass.models import OpenAISDK
from opencompass.registry import MODELS
from opencompass.utils import build_model_from_cfg
from opencompass.utils.prompt import PromptList

from human_simulacra.backbones.base import Backbone, BackboneError, Scored, estimate_tokens, strip_reasoning
from human_simulacra.backbones.lanes import Lanes
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.errors import UserError, unknown
from human_simulacra.files import digest
from human_simulacra.memory.embedding import packaged_model
from human_simulacra.plugin.batching import Batches
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.scoring import SCORED_CLASSES, score_all
from human_simulacra.plugin.secrets import redact
from human_simulacra.types import ANSWERINGS, Answering, Completion, Generation, Message

# What changes how fast or under which name a model answers, but not what it answers.
_NOT_IDENTITY = {
    "abbr", "batch_size", "key", "max_out_len", "max_workers", "openai_proxy_url", "org", "price", "query_per_second", "retry",
    "rpm_verbose", "run_cfg", "summarizer_abbr", "timeout", "tokenizer_path", "verbose",
}  # fmt: skip
_ROLE = {"system": "SYSTEM", "user": "HUMAN", "assistant": "BOT"}
REQUEST_TIMEOUT = 300.0
# What a model reads at once where its config does not say: a whole life story fits into the larger.
ASSUMED_CONTEXT, LLAMA_CONTEXT = 32768, 8192
SCORING = "scoring"  # the kind of a batch, beside generations


def fingerprint(llm: Mapping[str, Any]) -> str:
    """Returns what identifies a model config in caches: everything that can change an answer, and no secret."""
    identity = {key: value for key, value in llm.items() if key not in _NOT_IDENTITY}
    identity["type"] = type_name(llm)
    return digest(identity)


def type_name(llm: Mapping[str, Any]) -> str:
    """Returns a config's class as a dotted name, whether it holds the class or its name."""
    kind = llm.get("type", "")
    return kind if isinstance(kind, str) else f"{getattr(kind, '__module__', '')}.{getattr(kind, '__name__', kind)}"


def context_of(llm: Mapping[str, Any]) -> int:
    """Returns how many tokens a model reads at once, from its config (`context` or `max_seq_len`)."""
    llama = type_name(llm) == f"{LlamaCpp.__module__}.{LlamaCpp.__name__}"
    return int(llm.get("context") or llm.get("max_seq_len") or (LLAMA_CONTEXT if llama else ASSUMED_CONTEXT))


def check_llm(llm: Mapping[str, Any], where: str) -> None:
    """Raises a UserError where a model config cannot work, before any model is built."""
    if not type_name(llm):
        raise UserError(f"{where} has no 'type': give an OpenCompass model config")
    if _is_openai(llm) and llm.get("key", "ENV") == "ENV" and not os.environ.get("OPENAI_API_KEY"):
        raise UserError(f"{where} uses key='ENV', but OPENAI_API_KEY is not set: export it (any value for a local server)")


def build_backbone(llm: Mapping[str, Any], concurrency: int, empty_is_answer: bool = False) -> Backbone:
    """Builds the model of a config and returns it as a backbone.

    Args:
        llm: Any OpenCompass model config; `price` in it, dict(input=, output=) in money per million tokens, is for reports.
        concurrency: Calls under way at once, for models behind an API.
        empty_is_answer: Whether an empty text of an OpenAI-compatible server is an answer or a fault to be retried.
    """
    llm = {key: value for key, value in llm.items() if key != "price"}
    model = build_model_from_cfg(_openai_client_config(llm) if _is_openai(llm) else llm)  # type: ignore[arg-type]
    if isinstance(model, LlamaCpp):
        return model.backbone
    if isinstance(model, OpenAISDK) and type(model)._generate is OpenAISDK._generate:
        return _openai_backbone(model, llm, concurrency, empty_is_answer)
    kind = ScoringOpenCompassBackbone if isinstance(model, SCORED_CLASSES) else OpenCompassBackbone
    return kind(model, fingerprint(llm), concurrency, llm.get("batch_size") or 1)


def answering_of(llm: Mapping[str, Any], answering: Answering | None, where: str) -> Answering:
    """Returns how a simulacrum answers choice questions: as asked, else as suits its model; builds no model.

    Raises:
        UserError: If the way is unknown, or the model gives no log-probabilities of given texts.
    """
    if answering is not None and answering not in ANSWERINGS:
        raise unknown("answering", answering, ANSWERINGS)
    kind = model_class(llm)
    embedded = kind is not None and issubclass(kind, LlamaCpp)
    if answering == "likelihood" and not (embedded or (kind is not None and issubclass(kind, SCORED_CLASSES))):
        raise UserError(
            f"{where} has answering='likelihood', but {type_name(llm).rsplit('.', 1)[-1]} gives no log-probabilities of given "
            "texts: use the embedded model, a Hugging Face or vLLM one, or answering='generate'"
        )
    return answering or ("likelihood" if embedded and not llm.get("path") else "generate")


def model_class(llm: Mapping[str, Any]) -> type | None:
    """Returns a config's class, also where it is named by a string, or None where there is no such class."""
    kind = llm.get("type")
    if isinstance(kind, str):
        kind = MODELS.get(kind)
    return kind if isinstance(kind, type) else None


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

    Calls to a model behind an API go out in a bounded pool, one prompt each. A local model gets dynamic batches.

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
        self._lanes = Lanes(concurrency if self._is_api else 1)
        self.batch_size = batch_size
        self.batches = Batches(self.work, 1 if self._is_api else batch_size, self._lanes)

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers by `generate`; token counts are estimates, since OpenCompass models report none."""
        prompt = prompt_list(messages)
        if self._is_api:
            return (await self._lanes.run(self.work, generation, [prompt]))[0]
        return await self.batches.submit(generation, prompt)

    def work(self, kind: Any, items: Sequence[Any]) -> Sequence[Any]:
        """Does one batch, here and now: prompts to completions, `kind` being the generation's parameters."""
        return self.guarded(self._generate, items, kind)

    def guarded(self, call: Callable[..., Sequence[Any]], *arguments: Any) -> Sequence[Any]:
        """Makes a BackboneError of whatever a model class raises: that is its own affair, and the row must know."""
        try:
            return call(*arguments)
        except Exception as error:
            raise BackboneError(redact(f"{type(self.model).__name__} failed: {error}")[:500], retryable=self._is_api) from error

    def _generate(self, prompts: list[PromptList], generation: Generation) -> list[Completion]:
        started = time.perf_counter()
        texts = self.model.generate(prompts, max_out_len=generation.max_tokens, **self._sampling(generation))
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


class ScoringOpenCompassBackbone(OpenCompassBackbone):
    """A Hugging Face or vLLM model, which also scores texts; conversations that wait together are scored together."""

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> Scored:
        """Scores continuations; see `ScoringBackbone`."""
        return await self.batches.submit(SCORING, (prompt_list(messages), tuple(continuations)))

    def work(self, kind: Any, items: Sequence[Any]) -> Sequence[Any]:
        """Does one batch of scoring or of generation."""
        if kind != SCORING:
            return super().work(kind, items)
        return self.guarded(score_all, self.model, items, self.batch_size)


def prompt_list(messages: Sequence[Message]) -> PromptList:
    """Returns a conversation as OpenCompass models read it."""
    return PromptList([dict(role=_ROLE[m.role], prompt=m.content) for m in messages])
