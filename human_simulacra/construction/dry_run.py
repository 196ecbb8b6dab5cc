"""The writer of `--dry-run`: it calls no model, records the prompts and estimates calls, tokens and cost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from human_simulacra.agents.model_calls import TOKENS_A_WORD
from human_simulacra.backbones.base import estimate_tokens
from human_simulacra.construction.checked_writer import Check, Draft, Writer, build_messages, words_to_tokens
from human_simulacra.types import Completion, Generation, Message

PLACEHOLDER, SENTENCE_WORDS = "word", 12
_PLACEHOLDERS = re.compile(rf"\b{PLACEHOLDER}(?:\.? {PLACEHOLDER})+\b\.?")


@dataclass(frozen=True)
class Estimate:
    """A lower bound of what a run takes: retries are not counted. `money` is None if the config has no price."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    money: float | None

    def __str__(self) -> str:
        money = "money unknown (the config has no price)" if self.money is None else f"{self.money:.4f} in the config's currency"
        return (
            f"estimate, without retries: {self.calls} calls, {self.prompt_tokens} prompt tokens, "
            f"at most {self.completion_tokens} completion tokens, {money}"
        )


class RecordingBackbone:
    """A backbone that records requests and answers with placeholder text of the maximum length."""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.requests: list[tuple[Sequence[Message], int]] = []

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Records the request and returns placeholder text."""
        self.requests.append((tuple(messages), generation.max_tokens))
        return Completion(placeholder_text(int(generation.max_tokens / TOKENS_A_WORD)))


def placeholder_text(words: int) -> str:
    """Returns a text of `words` words (two at least), in sentences, so that it can be split as real text is."""
    text = [PLACEHOLDER] * max(2, words)
    return " ".join(" ".join(text[start : start + SENTENCE_WORDS]) + "." for start in range(0, len(text), SENTENCE_WORDS))


class DryRun(Writer):
    """A writer that calls no model; `price` is the money for a million tokens, `input` and `output`.

    Context length and fingerprint are of the backbone that a real run would use, so that its earlier results are found.
    """

    def __init__(
        self, price: Mapping[str, float] | None = None, context_tokens: int | None = None, fingerprint: str = "dry run"
    ) -> None:
        self.recorded = RecordingBackbone(fingerprint)
        super().__init__(self.recorded, context_tokens=context_tokens)
        self.price = price

    async def write(
        self, prompt: str, max_words: int, *, system: str = "", check: Check | None = None, min_words: int = 1
    ) -> Draft:
        """Records the request and returns placeholder text; `check` and `min_words` are ignored."""
        await self.backbone.complete(build_messages(prompt, system), Generation(words_to_tokens(max_words)))
        return Draft(placeholder_text(max_words), 1)

    def estimate(self) -> Estimate:
        """Returns the recorded calls and tokens, at four characters a token, and their price."""
        read = sum(estimate_tokens(m.content) for messages, _ in self.recorded.requests for m in messages)
        written = sum(limit for _, limit in self.recorded.requests)
        money = (read * self.price["input"] + written * self.price["output"]) / 1e6 if self.price else None
        return Estimate(len(self.recorded.requests), read, written, money)

    def report(self) -> str:
        """Returns every recorded prompt, followed by the estimate."""
        parts = []
        for number, (messages, limit) in enumerate(self.recorded.requests, 1):
            shown = "\n".join(f"[{m.role}] {_PLACEHOLDERS.sub(_shorten, m.content)}" for m in messages)
            parts.append(f"--- prompt {number}, answer of at most {limit} tokens\n{shown}\n")
        return "\n".join([*parts, str(self.estimate())])


def _shorten(match: re.Match[str]) -> str:
    return f"[{len(match[0].split())} words that the model would write]"
