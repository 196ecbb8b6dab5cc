"""Log-probabilities of given texts from a llama.cpp server, one request a token: what `llama_scorer` replaced.

The server reports log-probabilities only of the tokens that it samples. A logit bias above all logits therefore forces
the wanted token. The server reports its log-probability from the raw logits, before the bias. A grammar would not do: it
splits words differently from the tokenizer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.backbones.base import BackboneError, LogLikelihood
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.types import Message

Post = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
BIAS = 1e6  # logits stay below a hundred
WHOLE = 1 << 20  # tokens; more than any vocabulary has
LIKELIEST = 100  # also reported with the wanted token: most first tokens of other options are among them


async def score_sequentially(chat: LlamaChat, messages: Sequence[Message], texts: Sequence[str]) -> tuple[LogLikelihood, ...]:
    """Scores texts as `LlamaChat.loglikelihoods` does, one request a token."""
    async with chat._prepared(messages):
        prompt = await chat._render([asdict(message) for message in messages])
        table = NextTokenLogprobs(chat._post)
        return tuple([await table.score(prompt, text) for text in texts])


class NextTokenLogprobs:
    """Next-token log-probabilities by prefix, kept so that no request is repeated.

    Args:
        post: Sends a request (path, body) to the server and returns its JSON answer.
    """

    def __init__(self, post: Post) -> None:
        self._post = post
        self._known: dict[tuple[int, ...], dict[int, float]] = {}
        self.read = 0
        self.reused = 0

    async def score(self, prompt: str, continuation: str) -> LogLikelihood:
        """Scores a continuation of a rendered prompt.

        Prompt and continuation are tokenized as one text, as the model reads them. A token that spans the end of the
        prompt counts as part of the continuation.

        Raises:
            BackboneError: If the continuation has no token, or the server does not report a token's log-probability.
        """
        before, whole = await self._tokens(prompt), await self._tokens(prompt + continuation)
        start = next((i for i, (a, b) in enumerate(zip(before, whole, strict=False)) if a != b), min(len(before), len(whole)))
        if start == len(whole):
            raise BackboneError(f"the option {continuation!r} has no token to score")
        logprobs = [await self._logprob(whole[:i], whole[i]) for i in range(start, len(whole))]
        return LogLikelihood(sum(logprobs), len(logprobs))

    async def _tokens(self, text: str) -> list[int]:
        return (await self._post("/tokenize", {"content": text, "add_special": True, "parse_special": True}))["tokens"]

    async def _logprob(self, prefix: list[int], token: int) -> float:
        known = self._known.setdefault(tuple(prefix), {})
        if token not in known:
            await self._sample(prefix, token, LIKELIEST, known)
        if token not in known:
            # The server does not report a token that is only part of a character, such as one byte of an accented letter.
            # Sample a plain token instead and let the server list the whole vocabulary.
            await self._sample(prefix, (await self._tokens("a"))[-1], WHOLE, known)
        if token not in known:
            raise BackboneError(f"the model server does not report the likelihood of token {token}")
        return known[token]

    async def _sample(self, prefix: list[int], token: int, count: int, known: dict[int, float]) -> None:
        """Makes the server sample this token and stores the reported log-probabilities: its own and the `count` largest."""
        body = {"prompt": prefix, "n_predict": 1, "id_slot": 0, "temperature": 0, "logit_bias": [[token, BIAS]]}
        answer = await self._post("/completion", {**body, "n_probs": count})
        for sampled in answer.get("completion_probabilities", ()):
            known.update({entry["id"]: entry["logprob"] for entry in (*sampled["top_logprobs"], sampled)})
        self.read += answer["timings"]["prompt_n"]
        self.reused += answer["timings"]["cache_n"]
