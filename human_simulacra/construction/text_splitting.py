"""Splitting of prose into paragraphs and sentences."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from human_simulacra.validation.text_statistics import words

LONGEST_PARAGRAPH = 150  # words; two of them make a memory, and the dataset package keeps to it
_BLANK_LINES = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r".+?(?:(?<=[.!?…])[\"'”’)]*(?=\s)|$)")


@lru_cache(maxsize=4096)
def split_sentences(text: str) -> tuple[str, ...]:
    """Splits a paragraph into sentences. Joined by spaces, they are the paragraph with its white space folded."""
    return tuple(sentence.strip() for sentence in _SENTENCE.findall(" ".join(text.split())))


def split_paragraphs(text: str) -> list[str]:
    """Splits a text at blank lines, and paragraphs of more than `LONGEST_PARAGRAPH` words into parts of similar length."""
    return [part for block in _BLANK_LINES.split(text) if block.strip() for part in _split_long_block(block)]


def _split_long_block(block: str) -> list[str]:
    total = len(words(block))
    wanted = math.ceil(total / LONGEST_PARAGRAPH)
    parts: list[list[str]] = [[]]
    used = 0
    for sentence in split_sentences(block):
        # A sentence opens the next part once the parts so far have had their share.
        if parts[-1] and used >= len(parts) * total / max(wanted, 1):
            parts.append([])
        parts[-1].append(sentence)
        used += len(words(sentence))
    return [" ".join(part) for part in parts]
