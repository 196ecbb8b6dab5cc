"""Cutting prose into paragraphs and sentences without losing a character of it."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from human_simulacra.validation.text import words

LONGEST_PARAGRAPH = 150  # words; what two of make a memory, and what the dataset package keeps to
_BLANK_LINES = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")


@lru_cache(maxsize=4096)
def split_sentences(text: str) -> tuple[str, ...]:
    """Cuts a paragraph into sentences; joined by blanks they are the paragraph with its white space folded."""
    folded, found, start = " ".join(text.split()), [], 0
    for end in _SENTENCE_END.finditer(folded):
        found.append(folded[start : end.end()].rstrip())
        start = end.end()
    if folded[start:]:
        found.append(folded[start:])
    return tuple(found)


def split_paragraphs(text: str) -> list[str]:
    """Cuts a text at its blank lines, and what is too long at its sentences into parts of about the same length."""
    return [part for block in _BLANK_LINES.split(text) if block.strip() for part in _parts(block)]


def _parts(block: str) -> list[str]:
    total = len(words(block))
    wanted = math.ceil(total / LONGEST_PARAGRAPH)
    parts: list[list[str]] = [[]]
    told = 0
    for sentence in split_sentences(block):
        # A sentence opens the next part once the parts so far have had their share.
        if parts[-1] and told >= len(parts) * total / max(wanted, 1):
            parts.append([])
        parts[-1].append(sentence)
        told += len(words(sentence))
    return [" ".join(part) for part in parts]
