"""The writer of `--dry-run`: it calls no model, records the prompts and estimates calls, tokens and cost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from human_simulacra.backbones.base import estimate_tokens
from human_simulacra.construction.judging import VERDICT_TOKENS, Standard, TextJudge, judge_messages, known_standard, known_texts
from human_simulacra.construction.structured_writing import Check, Draft, Writer, build_messages, render_request
from human_simulacra.json_form import FormModel
from human_simulacra.types import Message

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


def placeholder_text(words: int) -> str:
    """Returns a text of `words` words (two at least), in sentences, so that it can be split as real text is."""
    text = [PLACEHOLDER] * max(2, words)
    return " ".join(" ".join(text[start : start + SENTENCE_WORDS]) + "." for start in range(0, len(text), SENTENCE_WORDS))


class DryRun(Writer):
    """A writer that calls no model; `price` is the money for a million tokens, `input` and `output`.

    Context length and fingerprint are of the backbone that a real run would use, so that its earlier results are found.
    """

    def __init__(
        self,
        price: Mapping[str, float] | None = None,
        context_tokens: int | None = None,
        fingerprint: str = "dry run",
        longest: int | None = None,
        judged: bool = True,
    ) -> None:
        backbone: Any = SimpleNamespace(fingerprint=fingerprint)  # nothing may call it
        judge = TextJudge(backbone) if judged else None
        super().__init__(backbone, context_tokens=context_tokens, longest=longest, judge=judge)
        self.price = price
        self.requests: list[tuple[Sequence[Message], int]] = []
        self._judged = False

    async def ask(
        self, form: type[FormModel], prompt: str, tokens: int, *, example: FormModel, system: str = "", **how: Any
    ) -> FormModel:
        """Records a request and returns the example."""
        self.requests.append((build_messages(render_request(form, prompt), system), tokens))
        return example

    async def write(
        self, form: type[FormModel], prompt: str, words: int, *, check: Check[FormModel] | None = None, **how: Any
    ) -> Draft[FormModel]:
        """Records the request, and that to the judge, and returns the example; `check` is ignored."""
        return await super().write(form, prompt, words, **how)

    async def judge_text(self, text: str, standard: Standard) -> list[str]:
        """Records the request for a verdict, if there is a judge, and finds nothing wrong."""
        if self.judge is not None:
            self.record_verdicts([(text, standard)])
        return []

    def record_verdicts(self, texts: Sequence[tuple[str, Standard]]) -> None:
        """Records the requests to the judge; before the first ones those of its known-answer check."""
        if not self._judged:
            self._judged = True
            texts = [*((entry["text"], known_standard()) for entry in known_texts()), *texts]
        self.requests += [(judge_messages(text, standard), VERDICT_TOKENS) for text, standard in texts]

    def estimate(self) -> Estimate:
        """Returns the recorded calls and tokens, at four characters a token, and their price."""
        read = sum(estimate_tokens(m.content) for messages, _ in self.requests for m in messages)
        written = sum(limit for _, limit in self.requests)
        money = (read * self.price["input"] + written * self.price["output"]) / 1e6 if self.price else None
        return Estimate(len(self.requests), read, written, money)

    def report(self) -> str:
        """Returns every recorded prompt, followed by the estimate."""
        parts = []
        for number, (messages, limit) in enumerate(self.requests, 1):
            shown = "\n".join(f"[{m.role}] {_PLACEHOLDERS.sub(_shorten, m.content)}" for m in messages)
            parts.append(f"--- prompt {number}, answer of at most {limit} tokens\n{shown}\n")
        return "\n".join([*parts, str(self.estimate())])


def _shorten(match: re.Match[str]) -> str:
    return f"[{len(match[0].split())} words that the model would write]"
