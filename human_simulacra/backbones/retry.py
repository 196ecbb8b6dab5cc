"""Bounded retries with exponential back-off and jitter that respect a server's Retry-After."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from human_simulacra.backbones.base import Backbone, BackboneError, ScoredTexts, with_spent
from human_simulacra.backbones.loglikelihood import require_scoring
from human_simulacra.backbones.streaming import OnText, stream
from human_simulacra.types import Completion, Generation, Message

T = TypeVar("T")


@dataclass(frozen=True)
class RetryPolicy:
    """Maximum number of attempts, and waits in seconds that double from `first_wait` up to `longest_wait`."""

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0

    def wait(self, failures: int, retry_after: float | None) -> float:
        """Returns the seconds to wait after `failures` failures: the server's Retry-After, otherwise back-off with jitter."""
        if retry_after is not None:
            return min(retry_after, self.longest_wait)
        return min(self.first_wait * 2 ** (failures - 1), self.longest_wait) * random.uniform(0.5, 1.0)


class RetryingBackbone:
    """Repeats calls that fail with a retryable error. The usage of an answer includes that of its calls which gave nothing.

    Args:
        inner: The backbone that may fail.
        policy: Number of attempts and waits.
        sleep: Waits a number of seconds; tests replace it.
    """

    def __init__(
        self, inner: Backbone, policy: RetryPolicy = RetryPolicy(), sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.inner = inner
        self.policy = policy
        self.fingerprint = inner.fingerprint
        self._sleep = sleep
        self._has_answered = False

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers like the inner backbone. The error after the last attempt gives the number of attempts."""
        return await self._repeat(lambda: self.inner.complete(messages, generation), lambda: False)

    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        """Streams like the inner backbone. After the first piece a failure is final, since the piece cannot be taken back."""
        started = False

        def forward(piece: str) -> None:
            nonlocal started
            started = True
            on_text(piece)

        return await self._repeat(lambda: stream(self.inner, messages, generation, forward), lambda: started)

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations like the inner backbone; raises a UserError if that one cannot."""
        inner = require_scoring(self.inner)
        return await self._repeat(lambda: inner.loglikelihoods(messages, continuations), lambda: False)

    async def _repeat(self, attempt: Callable[[], Awaitable[T]], final: Callable[[], bool]) -> T:
        failures, spent = 0, None
        while True:
            try:
                result = await attempt()
            except BackboneError as error:
                failures += 1
                spent = error.spent = with_spent(error.spent, spent)
                # A model that has never answered and cannot be reached will not answer in a minute either.
                if not error.retryable or final() or (error.unusable and not self._has_answered):
                    raise
                if failures >= self.policy.attempts:
                    raise BackboneError(
                        f"{error} (gave up after {failures} attempts)", unusable=error.unusable, spent=spent
                    ) from error
                await self._sleep(self.policy.wait(failures, error.retry_after))
            else:
                self._has_answered = True
                return cast(T, with_spent(result, spent)) if isinstance(result, Completion) else result
