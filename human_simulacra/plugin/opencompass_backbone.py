"""An OpenCompass model of any class as a backbone, through its `generate`, and through scores where it gives them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from opencompass.utils.prompt import PromptList

from human_simulacra.backbones.base import BackboneError, ScoredTexts, estimate_tokens, strip_reasoning
from human_simulacra.backbones.worker_pool import WorkerPool
from human_simulacra.plugin.dynamic_batching import DynamicBatcher
from human_simulacra.plugin.hf_vllm_loglikelihood import score_continuations
from human_simulacra.plugin.secrets import redact
from human_simulacra.types import Completion, Generation, Message

_ROLE = {"system": "SYSTEM", "user": "HUMAN", "assistant": "BOT"}
SCORING = "scoring"  # the kind of a batch, beside generations


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
        self._workers = WorkerPool(concurrency if self._is_api else 1)
        self.batch_size = batch_size
        self.batcher = DynamicBatcher(self.work, 1 if self._is_api else batch_size, self._workers)

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers by `generate`; token counts are estimates, since OpenCompass models report none."""
        prompt = prompt_list(messages)
        if self._is_api:
            return (await self._workers.run(self.work, generation, [prompt]))[0]
        return await self.batcher.submit(generation, prompt)

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

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations; see `ScoringBackbone`."""
        return await self.batcher.submit(SCORING, (prompt_list(messages), tuple(continuations)))

    def work(self, kind: Any, items: Sequence[Any]) -> Sequence[Any]:
        """Does one batch of scoring or of generation."""
        if kind != SCORING:
            return super().work(kind, items)
        return self.guarded(score_continuations, self.model, items, self.batch_size)


def prompt_list(messages: Sequence[Message]) -> PromptList:
    """Returns a conversation as OpenCompass models read it."""
    return PromptList([dict(role=_ROLE[m.role], prompt=m.content) for m in messages])
