"""Finds sentences whose names and numbers a summary has lost."""

from __future__ import annotations

import re
from collections.abc import Iterable

from human_simulacra.sentence_splitting import split_sentences

_NAME = re.compile(r"(?<!^)(?<![.!?\"“(]\s)\b[^\W\d_a-z][\w'’-]+")
_NUMBER = re.compile(r"\d[\d.,:/]*\d|\d")
_NO_NAMES = {"I'm", "I’m", "I've", "I’ve", "I'll", "I’ll", "I'd", "I’d", "OK", "Mr", "Ms", "Mrs", "Dr", "St"}


def names_and_numbers(sentence: str) -> set[str]:
    """Returns the names and numbers in a sentence. The first word is no name, since it is always capitalised."""
    return {name for name in _NAME.findall(sentence) if name not in _NO_NAMES} | set(_NUMBER.findall(sentence))


def lacks(text: str, sentence: str) -> bool:
    """Returns whether a text lacks a name or number of a sentence, regardless of case."""
    known = text.casefold()
    return any(term.casefold() not in known for term in names_and_numbers(sentence))


def omitted_sentences(texts: Iterable[str], summary: str) -> tuple[str, ...]:
    """Returns the sentences with a name or number that a summary lacks.

    Args:
        texts: The summarised texts, in order.
        summary: Their summary.
    """
    return tuple(dict.fromkeys(s for text in texts for s in split_sentences(text) if lacks(summary, s)))
