"""Years and ages that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from human_simulacra.validation.text_statistics import NUMBER_WORDS

YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
NUMBER = rf"(?:{'|'.join(NUMBER_WORDS)}|\d+)"
# What makes a number after "was" a measure and no age.
_NO_AGE = r"\b(?! (?:minutes|hours|days|weeks|months|kilomet|met|years (?:ahead|behind|into)|of |times))"


def years(text: str) -> list[int]:
    """Returns the years that a text names, in order."""
    return [int(match[1]) for match in YEAR.finditer(text)]


def number(word: str) -> int:
    """Returns the value of a number in figures or words, as `NUMBER` matches it."""
    return NUMBER_WORDS.get(word) or int(word)


def ages(text: str, subject: str) -> Iterator[tuple[str, int]]:
    """Yields (words, age) wherever a text says how old somebody was or turned.

    Args:
        text: The text.
        subject: How it calls the person, for instance a first name.
    """
    for match in re.finditer(rf"\b{re.escape(subject)} (?:was|turned) ({NUMBER}){_NO_AGE}", text):
        yield match[0], number(match[1])
