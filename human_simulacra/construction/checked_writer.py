"""Text generation with checks: a reply that fails them is requested again a bounded number of times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from human_simulacra.agents.model_calls import TOKENS_A_WORD
from human_simulacra.backbones.base import Backbone, estimate_tokens
from human_simulacra.construction.text_checks.reply_checks import clean_reply, find_reply_faults
from human_simulacra.prompts import render
from human_simulacra.types import Generation, Message, Paragraph

DEFAULT_CONTEXT = 32768
# Returns a fault of a text as a phrase, for instance "it left out the date of birth", or None.
Check = Callable[[str], str | None]


@dataclass(frozen=True)
class Draft:
    """A text that passed the checks, or None, and the `findings` on each of the `rejected` texts, in order of the attempts."""

    text: str | None
    attempts: int
    findings: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


def words_to_tokens(words: int) -> int:
    """Returns a token limit under which a text of so many words can be finished.

    A model that never stops is cut off there; `clean_reply` then removes the incomplete last sentence.
    """
    return int(words * TOKENS_A_WORD) + 16


def build_messages(prompt: str, system: str = "") -> list[Message]:
    """Returns the messages of one request, without a system message if `system` is empty."""
    return [*([Message("system", system)] if system else []), Message("user", prompt)]


class Writer:
    """Requests texts from a backbone and checks them.

    Behind a call cache, a resumed run repeats no paid call. `context_tokens` is the length of prompt and reply together, None for
    `DEFAULT_CONTEXT`.
    """

    def __init__(
        self, backbone: Backbone, seed: int = 0, attempts: int = 3, temperature: float = 0.7, context_tokens: int | None = None
    ) -> None:
        self.backbone, self.seed, self.attempts, self.temperature = backbone, seed, attempts, temperature
        self.context_tokens = context_tokens or DEFAULT_CONTEXT

    async def write(
        self, prompt: str, max_words: int, *, system: str = "", check: Check | None = None, min_words: int = 1
    ) -> Draft:
        """Requests a text until one passes the checks; each retry names the last attempt's faults.

        Args:
            prompt: The prompt; its last paragraph is the instruction.
            max_words: Maximum length of the text.
            system: System message, none if empty.
            check: A further check, run after the general ones.
            min_words: Minimum length of the text.

        Raises:
            BackboneError: If the backbone gives no answer.
        """
        faults: list[str] = []
        rejected: list[str] = []
        for attempt in range(self.attempts):
            request = render("make_retry", prompt=prompt, finding=faults[-1]) if faults else prompt
            generation = Generation(words_to_tokens(max_words), self.temperature, self.seed, attempt)
            completion = await self.backbone.complete(build_messages(request, system), generation)
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
    """Returns an error message that names the longest passage if a prompt exceeds the backbone's context, else None.

    The estimate is a lower bound (four characters a token), so only prompts that certainly do not fit are reported.
    """
    needed = estimate_tokens(prompt) + words_to_tokens(max_words)
    if needed <= writer.context_tokens:
        return None
    longest = max(passages, key=lambda passage: len(passage.text))
    return (
        f"paragraph {longest.id} is too long: with it a prompt takes about {needed} tokens, and the backbone's context has "
        f"{writer.context_tokens}; cut it into several paragraphs in story.jsonl, or name a backbone with a longer context"
    )
