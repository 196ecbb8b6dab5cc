"""Bounded retries with exponential back-off and jitter, which honour a server's Retry-After."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from human_simulacra.backbones.base import Backbone, BackboneError, ScoredTexts
from human_simulacra.backbones.loglikelihood import require_scoring
from human_simulacra.backbones.streaming import OnText, stream
from human_simulacra.types import Completion, Generation, Message

T = TypeVar("T")


@dataclass(frozen=True)
class RetryPolicy:
    """How often and after which waits (seconds) a failed call is tried again."""

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0

    def wait(self, failures: int, retry_after: float | None) -> float:
        """Returns the seconds to wait after so many failures: what the server asked for, else a jittered doubling."""
        if retry_after is not None:
            return min(retry_after, self.longest_wait)
        return min(self.first_wait * 2 ** (failures - 1), self.longest_wait) * random.uniform(0.5, 1.0)


class RetryingBackbone:
    """Repeats calls that failed for a passing reason.

    Args:
        inner: The backbone that may fail.
        policy: Attempts and waits.
        sleep: How to wait; tests pass one that does not.
    """

    def __init__(
        self, inner: Backbone, policy: RetryPolicy = RetryPolicy(), sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.inner = inner
        self.policy = policy
        self.fingerprint = inner.fingerprint
        self._sleep = sleep

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers like the inner backbone; after the last attempt the error says how many were made."""
        return await self._repeat(lambda: self.inner.complete(messages, generation), lambda: False)

    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        """Answers piece by piece; once a piece was heard, a failure is final, since nobody can unhear it."""
        heard = False

        def listen(piece: str) -> None:
            nonlocal heard
            heard = True
            on_text(piece)

        return await self._repeat(lambda: stream(self.inner, messages, generation, listen), lambda: heard)

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations like the inner backbone; a UserError where that one cannot."""
        inner = require_scoring(self.inner)
        return await self._repeat(lambda: inner.loglikelihoods(messages, continuations), lambda: False)

    async def _repeat(self, attempt: Callable[[], Awaitable[T]], final: Callable[[], bool]) -> T:
        failures = 0
        while True:
            try:
                return await attempt()
            except BackboneError as error:
                failures += 1
                if not error.retryable or final():
                    raise
                if failures >= self.policy.attempts:
                    raise BackboneError(f"{error} (gave up after {failures} attempts)") from error
                await self._sleep(self.policy.wait(failures, error.retry_after))
