"""The backbone interface: a conversation and generation parameters in, one completion out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from human_simulacra.types import Completion, Generation, Message

if TYPE_CHECKING:
    from human_simulacra.traces import Trace

BYTES_A_TOKEN = 3.5  # English has 4.2 with common vocabularies; Chinese has about 3, at three bytes per character


@dataclass(frozen=True)
class LogLikelihood:
    """The log-likelihood of a text after a conversation: the natural logarithm, summed over the text's tokens."""

    logprob: float
    tokens: int


@dataclass(frozen=True)
class ScoredTexts:
    """The log-likelihoods of several texts after one conversation, in order, and the token usage (its text is empty)."""

    scores: tuple[LogLikelihood, ...]
    usage: Completion


class Backbone(Protocol):
    """A language model with an asynchronous call. `fingerprint` identifies everything that affects its answers, and no secret."""

    fingerprint: str

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers a conversation; raises `BackboneError` if the model gives no usable answer."""
        ...


class BackboneError(Exception):
    """A call that failed.

    Args:
        message: What went wrong, without secrets.
        retryable: Whether the same call may succeed if it is repeated.
        retry_after: Seconds to wait as requested by the server, or None.
        unusable: Whether no call to this model can succeed: the server is out of reach, or refuses the key or the model.
        spent: The usage of calls that were paid and gave nothing, or None; its text is empty.

    Attributes:
        trace: How far the reply had come, if the call was part of one.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        unusable: bool = False,
        spent: Completion | None = None,
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after
        self.unusable = unusable
        self.spent = spent
        self.trace: Trace | None = None


def with_spent(completion: Completion | None, spent: Completion | None) -> Completion | None:
    """Returns a completion whose usage includes that of earlier calls which gave nothing; None if there is neither."""
    if completion is None or spent is None:
        return completion or spent
    return replace(
        completion,
        prompt_tokens=completion.prompt_tokens + spent.prompt_tokens,
        cached_tokens=completion.cached_tokens + spent.cached_tokens,
        completion_tokens=completion.completion_tokens + spent.completion_tokens,
        seconds=completion.seconds + spent.seconds,
        estimated=completion.estimated or spent.estimated,
        requests=completion.requests + spent.requests,
    )


def most_tokens(text: str, rate: float = 1.0) -> int:
    """Estimates an upper bound of a text's tokens without the model's tokenizer; `rate` scales the estimate."""
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_A_TOKEN * rate)


def estimate_tokens(text: str) -> int:
    """Estimates a text's tokens at four characters per token, for backbones that report none."""
    return (len(text) + 3) // 4
