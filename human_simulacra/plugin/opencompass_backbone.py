"""A backbone over any OpenCompass model: through `generate`, and through log-likelihoods where the model supports them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from opencompass.utils.prompt import PromptList

from human_simulacra.backbones.base import BackboneError, ScoredTexts, estimate_tokens
from human_simulacra.backbones.call_slots import CallSlots
from human_simulacra.backbones.reasoning import split_reasoning
from human_simulacra.backbones.server_reply import LARGEST_TEXT, clean_text
from human_simulacra.backbones.worker_pool import WorkerPool
from human_simulacra.plugin.dynamic_batching import DynamicBatcher
from human_simulacra.plugin.hf_vllm_loglikelihood import score_continuations
from human_simulacra.plugin.vllm_structured_output import structured_output_argument
from human_simulacra.secret_redaction import redact
from human_simulacra.types import Completion, Generation, Message

_ROLE = {"system": "SYSTEM", "user": "HUMAN", "assistant": "BOT"}
SCORING = "scoring"  # the batch kind of scoring; the kind of a generation batch is its parameters


class OpenCompassBackbone:
    """A backbone over a model's `generate`.

    API models get one prompt per call, with a bounded number of concurrent calls. Local models get dynamic batches.

    Args:
        model: A built OpenCompass model.
        identity: Fingerprint of the model.
        concurrency: Maximum number of concurrent calls (API models), or slots that several backbones share.
        batch_size: Maximum number of prompts per batch (local models).
        reasoning_tokens: What the model may think before its answer, on top of the answer's limit.
    """

    def __init__(
        self, model: Any, identity: str, concurrency: int | CallSlots, batch_size: int, reasoning_tokens: int = 0
    ) -> None:
        self.model = model
        self.reasoning_tokens = reasoning_tokens
        self.fingerprint = identity
        self._is_api = bool(getattr(model, "is_api", False))
        self._workers = WorkerPool(concurrency if self._is_api else 1)
        self.batch_size = batch_size
        self.batcher = DynamicBatcher(self.process_batch, 1 if self._is_api else batch_size, self._workers)

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers with `generate`. Token counts are estimates, since OpenCompass models report none."""
        prompt = to_prompt_list(messages)
        if self._is_api:
            return (await self._workers.run(self.process_batch, generation, [prompt]))[0]
        return await self.batcher.submit(generation, prompt)

    def process_batch(self, kind: Any, items: Sequence[Any]) -> Sequence[Any]:
        """Processes one batch of prompts; `kind` is their generation parameters. Blocks."""
        return self.call_model(self._generate, items, kind)

    def call_model(self, call: Callable[..., Sequence[Any]], *arguments: Any) -> Sequence[Any]:
        """Calls a function of the model and raises every exception, whatever its class, as a BackboneError."""
        try:
            return call(*arguments)
        except Exception as error:
            raise BackboneError(redact(f"{type(self.model).__name__} failed: {error}")[:500], retryable=self._is_api) from error

    def _generate(self, prompts: list[PromptList], generation: Generation) -> list[Completion]:
        started = time.perf_counter()
        most = generation.max_tokens + self.reasoning_tokens
        texts = self.model.generate(prompts, max_out_len=most, **self._sampling(generation))
        seconds = (time.perf_counter() - started) / len(prompts)
        counts = [sum(estimate_tokens(turn["prompt"]) for turn in prompt) for prompt in prompts]
        return [
            _completion(clean_text(str(text or ""))[:LARGEST_TEXT], count, seconds)
            for text, count in zip(texts, counts, strict=True)
        ]

    def _sampling(self, generation: Generation) -> dict[str, Any]:
        """Returns the sampling arguments that the model's `generate` supports."""
        name = type(self.model).__name__
        if name.startswith("HuggingFace"):
            return {"do_sample": True, "temperature": generation.temperature} if generation.temperature else {"do_sample": False}
        if name.startswith("VLLM"):
            sampling = {"temperature": generation.temperature, "seed": generation.seed + generation.sample}
            return sampling | structured_output_argument(generation.form)
        return {}


def _completion(text: str, prompt_tokens: int, seconds: float) -> Completion:
    split = split_reasoning(text)
    cut = split.unfinished or (split.reasoning and not split.answer)
    return Completion(split.answer, prompt_tokens, 0, estimate_tokens(text), True, seconds, finish="length" if cut else "")


class ScoringOpenCompassBackbone(OpenCompassBackbone):
    """A backbone over a Hugging Face or vLLM model, which also scores texts, in dynamic batches."""

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations; see `ScoringBackbone.loglikelihoods`."""
        return await self.batcher.submit(SCORING, (to_prompt_list(messages), tuple(continuations)))

    def process_batch(self, kind: Any, items: Sequence[Any]) -> Sequence[Any]:
        """Processes one batch of scoring or generation. Blocks."""
        if kind != SCORING:
            return super().process_batch(kind, items)
        return self.call_model(score_continuations, self.model, items, self.batch_size)


def to_prompt_list(messages: Sequence[Message]) -> PromptList:
    """Converts a conversation to OpenCompass's prompt format."""
    return PromptList([dict(role=_ROLE[m.role], prompt=m.content) for m in messages])
