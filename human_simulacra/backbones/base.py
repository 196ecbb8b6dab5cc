"""The backbone interface: messages and generation parameters in, one completion out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from human_simulacra.types import Completion, Generation, Message

BYTES_A_TOKEN = 3.5  # English has 4.2 with common vocabularies; Chinese, three bytes a character, about 3
_REASONING = re.compile(r"\A.*?</think>", re.DOTALL)


@dataclass(frozen=True)
class LogLikelihood:
    """How likely a backbone finds a text after a conversation: the natural logarithm, summed over its `tokens` tokens."""

    logprob: float
    tokens: int


@dataclass(frozen=True)
class ScoredTexts:
    """The scores of several texts after one conversation, in their order, and in `usage` (no text) what they took."""

    scores: tuple[LogLikelihood, ...]
    usage: Completion


class Backbone(Protocol):
    """A language model behind an awaited call. `fingerprint` names all that decides its answers, but no secret."""

    fingerprint: str

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers a conversation; raises `BackboneError` where the model gives no usable answer."""
        ...


class BackboneError(Exception):
    """A call that gave no answer.

    Args:
        message: What went wrong, without secrets.
        retryable: Whether the same call may succeed later.
        retry_after: Seconds that the server asked to wait, if it did.
    """

    def __init__(self, message: str, *, retryable: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after


def strip_reasoning(text: str) -> str:
    """Returns the answer without a leading chain of thought that ends in `</think>`, and without outer blanks."""
    return _REASONING.sub("", text).strip()


def most_tokens(text: str, rate: float = 1.0) -> int:
    """Estimates tokens without the model's tokenizer, rather too many than too few; `rate` corrects the estimate."""
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_A_TOKEN * rate)


def estimate_tokens(text: str) -> int:
    """Estimates tokens at four characters a token, for backbones that report none."""
    return (len(text) + 3) // 4
