"""The stem of an English word, by which words of one family are the same."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def word_stem(word: str) -> str:
    """Returns the stem of a word in lower case (Snowball's English stemmer); a number in words counts as its digits."""
    from text_to_num import alpha2digit

    return _stemmer().stemWord(alpha2digit(word, "en", threshold=0))


@cache
def _stemmer() -> Any:
    import snowballstemmer  # which imports the stemmers of all languages

    return snowballstemmer.stemmer("english")
