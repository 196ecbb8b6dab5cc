"""Counting tokens without the model's tokenizer, on the safe side, and learning from what servers report."""

from __future__ import annotations

from human_simulacra.backbones.base import BYTES_A_TOKEN, most_tokens

HIGHEST_RATE = 3.0


class TokenEstimator:
    """Estimates tokens; where a server reports more than was estimated, later estimates rise with it."""

    def __init__(self) -> None:
        self._rate = 1.0

    def count(self, text: str) -> int:
        """Returns the estimated tokens of a text, rather too many than too few."""
        return most_tokens(text, self._rate)

    def learn(self, estimated: int, reported: int) -> None:
        """Compares an estimate with the count that a server reported for the same prompt."""
        if reported > estimated > 0:
            self._rate = min(self._rate * reported / estimated, HIGHEST_RATE)

    def clip(self, text: str, tokens: int) -> str:
        """Returns the text, its middle left out where it is longer than so many tokens."""
        if self.count(text) <= tokens:
            return text
        kept = max(0, int(tokens * BYTES_A_TOKEN / self._rate) - 5)
        raw = text.encode("utf-8", "replace")
        head, tail = raw[: kept - kept // 3], raw[len(raw) - kept // 3 :]
        return f"{head.decode('utf-8', 'ignore')} … {tail.decode('utf-8', 'ignore')}"
