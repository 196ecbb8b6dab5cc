"""Sentences with names and numbers: what a summary must not lose."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ENDS = re.compile(r"(?<=[.!?])(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bSt\.)\s+|\n+")
_NAME = re.compile(r"(?<!^)(?<![.!?\"“(]\s)\b[^\W\d_a-z][\w'’-]+")
_NUMBER = re.compile(r"\d[\d.,:/]*\d|\d")
_NO_NAMES = {"I'm", "I’m", "I've", "I’ve", "I'll", "I’ll", "I'd", "I’d", "OK", "Mr", "Ms", "Mrs", "Dr", "St"}


def split_sentences(text: str) -> list[str]:
    """Cuts a text into sentences, without blanks around them; a dot in a number or after a title cuts nothing."""
    return [sentence for part in _ENDS.split(text) if (sentence := part.strip())]


def names_and_numbers(sentence: str) -> set[str]:
    """Returns the names and numbers in a sentence; its first word counts as no name, since all begin with a capital."""
    return {name for name in _NAME.findall(sentence) if name not in _NO_NAMES} | set(_NUMBER.findall(sentence))


def omitted_sentences(said: Iterable[str], summary: str) -> tuple[str, ...]:
    """Returns the sentences that hold a name or a number which a summary lacks.

    Args:
        said: Texts, in order.
        summary: What was written about them.
    """
    known = summary.casefold()
    found = [
        s for text in said for s in split_sentences(text) if any(mark.casefold() not in known for mark in names_and_numbers(s))
    ]
    return tuple(dict.fromkeys(found))
