"""Having a model write a text: the reply is checked, asked for again a bounded number of times, then left to a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from human_simulacra.agents.asking import TOKENS_A_WORD
from human_simulacra.backbones.base import Backbone, estimate_tokens
from human_simulacra.construction.text_checks.reply_checks import clean_reply, find_reply_faults
from human_simulacra.prompts import render
from human_simulacra.types import Completion, Generation, Message, Paragraph

DEFAULT_CONTEXT = 32768
PLACEHOLDER, SENTENCE_WORDS = "word", 12
_PLACEHOLDERS = re.compile(rf"\b{PLACEHOLDER}(?:\.? {PLACEHOLDER})+\b\.?")


@dataclass(frozen=True)
class Draft:
    """What came of asking for a text. `text` is None where every attempt was rejected.

    `findings` says why, a sentence an attempt, and `rejected` holds the texts that it is said of, for the reviewer.
    """

    text: str | None
    attempts: int
    findings: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


def words_to_tokens(words: int) -> int:
    """Returns the cap in tokens under which a text of so many words can be finished.

    A model that never stops is cut off there, and what it wrote ends with its last whole sentence (`findings.tidy`).
    """
    return int(words * TOKENS_A_WORD) + 16


def build_messages(prompt: str, system: str = "") -> list[Message]:
    """Returns the messages of one request."""
    return [*([Message("system", system)] if system else []), Message("user", prompt)]


class Writer:
    """Asks a backbone for texts.

    Args:
        backbone: Who writes; behind a call cache, a run that was stopped pays for nothing twice.
        seed: Seed of every call.
        attempts: How often a text is asked for before it is left to a person.
        temperature: Sampling temperature.
        context_tokens: What the backbone can read and write at once.
    """

    def __init__(
        self,
        backbone: Backbone,
        seed: int = 0,
        attempts: int = 3,
        temperature: float = 0.7,
        context_tokens: int | None = None,
    ) -> None:
        self.backbone = backbone
        self.seed = seed
        self.attempts = attempts
        self.temperature = temperature
        self.context_tokens = context_tokens or DEFAULT_CONTEXT

    async def write(
        self,
        prompt: str,
        max_words: int,
        *,
        system: str = "",
        check: Callable[[str], str | None] | None = None,
        min_words: int = 1,
    ) -> Draft:
        """Asks for a text until one passes, each time with the last one's fault in the prompt.

        Args:
            prompt: What is asked; its last paragraph is the instruction.
            max_words: How long the text may be.
            system: System message, none if empty.
            check: Returns what else is wrong with a text ("it left out the date of birth"), or None.
            min_words: How long the text must be.

        Raises:
            BackboneError: If the backbone gives no answer.
        """
        faults: list[str] = []
        rejected: list[str] = []
        for attempt in range(self.attempts):
            asked = render("make_retry", prompt=prompt, finding=faults[-1]) if faults else prompt
            generation = Generation(words_to_tokens(max_words), self.temperature, self.seed, attempt)
            completion = await self.backbone.complete(build_messages(asked, system), generation)
            text = clean_reply(completion.text)
            found = find_reply_faults(text, prompt, max_words, min_words)
            if not found and check is not None and (fault := check(text)):
                found = [fault]
            if not found:
                return Draft(text, attempt + 1, tuple(faults), tuple(rejected))
            faults.append("; ".join(found))
            rejected.append(text)
        return Draft(None, self.attempts, tuple(faults), tuple(rejected))


def find_oversized_paragraph(writer: Writer, passages: Sequence[Paragraph], prompt: str, max_words: int) -> str | None:
    """Returns why a prompt on passages cannot be read by the backbone, with its longest paragraph and the mend, or None.

    Only what surely exceeds the context counts: four characters a token are fewer tokens than most texts have.
    """
    needed = estimate_tokens(prompt) + words_to_tokens(max_words)
    if needed <= writer.context_tokens:
        return None
    longest = max(passages, key=lambda passage: len(passage.text))
    return (
        f"paragraph {longest.id} is too long: with it a prompt takes about {needed} tokens, and the backbone's context has "
        f"{writer.context_tokens}; cut it into several paragraphs in story.jsonl, or name a backbone with a longer context"
    )


@dataclass(frozen=True)
class Estimate:
    """What a run would take at least: nothing is known of retries. `money` is None where the config has no price."""

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
    """Answers nothing but a placeholder as long as the answer may be, and keeps what it was asked."""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.asked: list[tuple[Sequence[Message], int]] = []

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Keeps the call and returns the placeholder."""
        self.asked.append((tuple(messages), generation.max_tokens))
        return Completion(placeholder_text(int(generation.max_tokens / TOKENS_A_WORD)))


def placeholder_text(words: int) -> str:
    """Returns a text of so many words that stands for one which a model would write.

    It has sentences, so that a long paragraph of a story can be cut at them as a real one is.
    """
    told = [PLACEHOLDER] * max(2, words)
    return " ".join(" ".join(told[start : start + SENTENCE_WORDS]) + "." for start in range(0, len(told), SENTENCE_WORDS))


class DryRun(Writer):
    """A writer that calls no model: it records prompts and caps, and says what they would take.

    Args:
        price: Money for a million tokens, `input` and `output`; None if unknown.
        context_tokens: What the backbone could read and write at once.
        fingerprint: The fingerprint of the backbone that would answer, so that what it has made already is found.
    """

    def __init__(
        self, price: Mapping[str, float] | None = None, context_tokens: int | None = None, fingerprint: str = "dry run"
    ) -> None:
        self.recorded = RecordingBackbone(fingerprint)
        super().__init__(self.recorded, context_tokens=context_tokens)
        self.price = price

    async def write(
        self,
        prompt: str,
        max_words: int,
        *,
        system: str = "",
        check: Callable[[str], str | None] | None = None,
        min_words: int = 1,
    ) -> Draft:
        """Records the request and returns a draft of placeholders, which no check is asked about."""
        await self.backbone.complete(build_messages(prompt, system), Generation(words_to_tokens(max_words)))
        return Draft(placeholder_text(max_words), 1)

    def estimate(self) -> Estimate:
        """Returns the calls and tokens recorded so far, at four characters a token, and their price."""
        read = sum(estimate_tokens(m.content) for messages, _ in self.recorded.asked for m in messages)
        written = sum(cap for _, cap in self.recorded.asked)
        money = (read * self.price["input"] + written * self.price["output"]) / 1e6 if self.price else None
        return Estimate(len(self.recorded.asked), read, written, money)

    def report(self) -> str:
        """Returns every prompt, and the estimate after them."""
        parts = []
        for number, (messages, cap) in enumerate(self.recorded.asked, 1):
            shown = "\n".join(f"[{m.role}] {_PLACEHOLDERS.sub(_shortened, m.content)}" for m in messages)
            parts.append(f"--- prompt {number}, answer of at most {cap} tokens\n{shown}\n")
        return "\n".join([*parts, str(self.estimate())])


def _shortened(match: re.Match[str]) -> str:
    return f"[{len(match[0].split())} words that the model would write]"
