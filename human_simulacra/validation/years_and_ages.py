"""Finds years and ages in texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from human_simulacra.validation.text_statistics import NUMBER_WORDS

YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
NUMBER = rf"(?:{'|'.join(NUMBER_WORDS)}|\d+)"
# Words that make a number after "was" a quantity instead of an age.
_NO_AGE = r"\b(?! (?:minutes|hours|days|weeks|months|kilomet|met|years (?:ahead|behind|into)|of |times))"


def years(text: str) -> list[int]:
    """Returns the years named in a text, in order."""
    return [int(match[1]) for match in YEAR.finditer(text)]


def number(word: str) -> int:
    """Returns the value of a number in digits or words, as matched by `NUMBER`."""
    return NUMBER_WORDS.get(word) or int(word)


def ages(text: str, subject: str) -> Iterator[tuple[str, int]]:
    """Yields (quote, age) wherever a text states how old a person was or turned.

    Args:
        text: The text.
        subject: The person's name in the text, such as a first name.
    """
    for match in re.finditer(rf"\b{re.escape(subject)} (?:was|turned) ({NUMBER}){_NO_AGE}", text):
        yield match[0], number(match[1])
