"""Counting tokens without the model's tokenizer, on the safe side."""

from __future__ import annotations

import math

BYTES_A_TOKEN = 3.5  # English has 4.2 with common vocabularies: rather too many tokens than a prompt past the context


def tokens(text: str) -> int:
    """Estimates the tokens of a text, rather too many than too few."""
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_A_TOKEN)


def clipped(text: str, most: int) -> str:
    """Returns a text cut to so many tokens, at a word."""
    if tokens(text) <= most:
        return text
    kept = text.encode("utf-8", "replace")[: int(most * BYTES_A_TOKEN) - 3].decode("utf-8", "ignore")
    return kept.rsplit(" ", 1)[0] + " …"
