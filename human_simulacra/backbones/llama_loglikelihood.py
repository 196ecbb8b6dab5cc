"""Log-probabilities of given texts from a llama.cpp server, which reports those of the tokens it samples and no others.

So the token wanted is made the one that is sampled: a bias beyond all logits picks it, and the server reports its
log-probability from the raw logits, before any bias (`benchmarks/likelihood.py --check` compares with the sum over
the whole vocabulary). No grammar, which would split words in other places than the tokenizer does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from human_simulacra.backbones.base import BackboneError, LogLikelihood

Post = Callable[[str, dict[str, Any]], dict[str, Any]]
BIAS = 1e6  # logits stay below a hundred
WHOLE = 1 << 20  # tokens; more than any vocabulary has
LIKELIEST = 100  # reported beside the token wanted: most first tokens of other options are among them


class NextTokenLogprobs:
    """What the server said about next tokens after growing prefixes, so that nothing is asked twice.

    Args:
        post: Sends a request (path, body) to the server and returns its answer.
    """

    def __init__(self, post: Post) -> None:
        self._post = post
        self._known: dict[tuple[int, ...], dict[int, float]] = {}
        self.read = 0
        self.reused = 0

    def score(self, prompt: str, continuation: str) -> LogLikelihood:
        """Scores a continuation of a rendered prompt.

        Both are split into tokens as one text, as a model reads them; where the prompt's last token would swallow a
        part of the continuation, that token counts to the continuation.

        Raises:
            BackboneError: If nothing is left to score, or the server does not report what was asked for.
        """
        before, whole = self._tokens(prompt), self._tokens(prompt + continuation)
        start = next((i for i, (a, b) in enumerate(zip(before, whole, strict=False)) if a != b), min(len(before), len(whole)))
        if start == len(whole):
            raise BackboneError(f"the option {continuation!r} has no token to score")
        return LogLikelihood(sum(self._logprob(whole[:i], whole[i]) for i in range(start, len(whole))), len(whole) - start)

    def _tokens(self, text: str) -> list[int]:
        return self._post("/tokenize", {"content": text, "add_special": True, "parse_special": True})["tokens"]

    def _logprob(self, prefix: list[int], token: int) -> float:
        known = self._known.setdefault(tuple(prefix), {})
        if token not in known:
            self._sample(prefix, token, LIKELIEST, known)
        if token not in known:
            # The server says nothing of a token that is a part of a letter only (one byte of an accented one, say). It
            # samples a plain one then and lists the whole vocabulary.
            self._sample(prefix, self._tokens("a")[-1], WHOLE, known)
        if token not in known:
            raise BackboneError(f"the model server does not report the likelihood of token {token}")
        return known[token]

    def _sample(self, prefix: list[int], token: int, count: int, known: dict[int, float]) -> None:
        """Has the server sample this token, and notes the log-probabilities that it reports: its own and the `count` largest."""
        body = {"prompt": prefix, "n_predict": 1, "id_slot": 0, "temperature": 0, "logit_bias": [[token, BIAS]]}
        answer = self._post("/completion", {**body, "n_probs": count})
        for sampled in answer.get("completion_probabilities", ()):
            known.update({entry["id"]: entry["logprob"] for entry in (*sampled["top_logprobs"], sampled)})
        self.read += answer["timings"]["prompt_n"]
        self.reused += answer["timings"]["cache_n"]
