"""Splitting of English prose into sentences."""

from __future__ import annotations

import re

_ENDS = re.compile(r"(?<=[.!?])(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bSt\.)\s+|\n+")


def split_sentences(text: str) -> list[str]:
    """Splits a text into sentences. A dot in a number or after a title does not end a sentence."""
    return [sentence for part in _ENDS.split(text) if (sentence := part.strip())]
