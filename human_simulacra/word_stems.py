"""The stem of an English word, by which words of one family are the same."""

from __future__ import annotations

from functools import cache

import snowballstemmer
from text_to_num import alpha2digit

_STEMMER = snowballstemmer.stemmer("english")


@cache
def word_stem(word: str) -> str:
    """Returns the stem of a word in lower case (Snowball's English stemmer); a number in words counts as its digits."""
    return _STEMMER.stemWord(alpha2digit(word, "en", threshold=0))
