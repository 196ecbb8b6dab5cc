"""Estimates token counts without the model's tokenizer, and calibrates the estimate with the counts that servers report."""

from __future__ import annotations

from human_simulacra.backbones.base import BYTES_A_TOKEN, most_tokens
from human_simulacra.traces import Trace

HIGHEST_RATE = 3.0


class TokenEstimator:
    """Estimates an upper bound of a text's tokens. The estimate rises if a server reports more tokens than estimated."""

    def __init__(self) -> None:
        self._rate = 1.0

    def count(self, text: str) -> int:
        """Returns the estimated number of tokens of a text."""
        return most_tokens(text, self._rate)

    def calibrate(self, estimated: int, reported: int) -> None:
        """Raises the rate if a server reported more tokens than were estimated for the same prompt, up to `HIGHEST_RATE`."""
        if reported > estimated > 0:
            self._rate = min(self._rate * reported / estimated, HIGHEST_RATE)

    def calibrate_with(self, trace: Trace, system: str) -> None:
        """Calibrates with what a server reported of the answering calls of a turn, whose system message was `system`."""
        for call in trace.calls:
            if call.agent == "top" and not call.completion.estimated:
                self.calibrate(self.count(system + call.prompt), call.completion.prompt_tokens)

    def clip(self, text: str, tokens: int) -> str:
        """Shortens a text to at most `tokens` tokens by leaving out its middle."""
        if self.count(text) <= tokens:
            return text
        kept = max(0, int(tokens * BYTES_A_TOKEN / self._rate) - 5)
        raw = text.encode("utf-8", "replace")
        head, tail = raw[: kept - kept // 3], raw[len(raw) - kept // 3 :]
        return f"{head.decode('utf-8', 'ignore')} … {tail.decode('utf-8', 'ignore')}"
