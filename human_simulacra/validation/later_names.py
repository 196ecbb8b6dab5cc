"""Proper names that a text about a time holds although the story tells of them only later."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Sequence

from human_simulacra.types import Paragraph

_WORD = re.compile(r"[^\W\d_]\w*(?:['’-][^\W\d_]\w*)*")
_SENTENCE = re.compile(r"(?<=[.!?:;\"“”‘\n(])\s*")
_POSSESSIVE = re.compile(r"['’]s?$")
SHORTEST = 4
# Capitalised words that name nothing in particular: days, feasts, forms of address.
_PLAIN = {*calendar.day_name, *calendar.month_name, "Easter", "Christmas", "Lent", "Mass", "Auntie"}


class NamesOfLife:
    """The proper names of a life story, with the paragraphs in which they stand.

    A proper name is a word of four letters or more that has a capital inside a sentence and never stands in small letters.

    Args:
        story: The paragraphs in order.
        known: Texts whose words are known from the beginning, such as the person's name.
    """

    def __init__(self, story: Sequence[Paragraph], known: Iterable[str] = ()) -> None:
        words = {paragraph.id: _words(paragraph.text) for paragraph in story}
        small = {word.casefold() for found in words.values() for word in found if word[0].islower()}
        named = {word for paragraph in story for word in _capitalised(paragraph.text)}
        names = {word for word in named if word.casefold() not in small} - {word for text in known for word in _words(text)}
        self.places = {name: [p for p in story if name in words[p.id]] for name in names}

    def find_later(self, text: str, known: Callable[[Paragraph], bool], told: Iterable[str] = ()) -> str:
        """Returns what is wrong with a text that may name only what stands in known paragraphs; empty if nothing is.

        Args:
            text: The text.
            known: Whether a paragraph is known.
            told: Other texts that are known.
        """
        words = (_words(text) & self.places.keys()) - {word for other in told for word in _words(other)}
        later = sorted(name for name in words if not any(map(known, self.places[name])))
        return f"it names '{later[0]}', which first stands in {self.places[later[0]][0].id}" if later else ""


def _words(text: str) -> set[str]:
    return {_POSSESSIVE.sub("", word) for word in _WORD.findall(text)}


def _capitalised(text: str) -> set[str]:
    found = set()
    for sentence in _SENTENCE.split(text):
        found |= {
            _POSSESSIVE.sub("", word)
            for word in _WORD.findall(sentence)[1:]
            if word[0].isupper() and word[:2] not in ("I'", "I’")
        }
    return {word for word in found if len(word) >= SHORTEST and not _PLAIN & {word, word.removesuffix("s")}}
