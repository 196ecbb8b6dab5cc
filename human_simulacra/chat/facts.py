"""Sentences with names and numbers: what a summary must not lose."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?=\S)[^.!?\n]*)*[.!?]*")
_NAME = re.compile(r"(?<!^)(?<![.!?\"“(]\s)\b[^\W\d_a-z][\w'’-]+")
_NUMBER = re.compile(r"\d[\d.,:/]*\d|\d")
_NO_NAMES = {"I'm", "I’m", "I've", "I’ve", "I'll", "I’ll", "I'd", "I’d", "OK"}


def sentences(text: str) -> list[str]:
    """Cuts a text into sentences, without blanks around them; a dot inside a number or word cuts nothing."""
    return [found for match in _SENTENCE.findall(text) if (found := match.strip())]


def marks(sentence: str) -> set[str]:
    """Returns the names and numbers in a sentence; its first word counts as no name, since all begin with a capital."""
    return {name for name in _NAME.findall(sentence) if name not in _NO_NAMES} | set(_NUMBER.findall(sentence))


def left_out(said: Iterable[str], summary: str) -> tuple[str, ...]:
    """Returns the sentences that hold a name or a number which a summary lacks.

    Args:
        said: Texts, in order.
        summary: What was written about them.
    """
    known = summary.casefold()
    found = [s for text in said for s in sentences(text) if any(mark.casefold() not in known for mark in marks(s))]
    return tuple(dict.fromkeys(found))
