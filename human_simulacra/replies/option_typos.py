"""Words of options that a reply spells wrongly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

MOST_WORDS = 8  # of a reply: in a long one, a word that is like an option's may well be another word
SHORTEST, LIKE, MARGIN = 4, 0.8, 0.1


def mend_typos(text: str, options: Sequence[str]) -> str:
    """Returns a short text in which each word that is nearly one word of the options is that word; a long text as it is."""
    words = re.findall(r"[^\W\d_]+", text)
    known = {word for option in options for word in re.findall(r"[^\W\d_]+", option.casefold()) if len(word) >= SHORTEST}
    if len(words) > MOST_WORDS:
        return text
    return re.sub(r"[^\W\d_]{4,}", lambda found: _nearest(found[0], known), text)


def _nearest(word: str, known: set[str]) -> str:
    plain = word.casefold()
    likeness = {other: _likeness(plain, other) for other in known if other[0] == plain[0]}
    first, second = ([*sorted(likeness.values(), reverse=True), 0.0, 0.0])[:2]
    return max(likeness, key=lambda other: likeness[other]) if LIKE < first < 1 and first - second >= MARGIN else word


def _likeness(one: str, other: str) -> float:
    """Returns how like two words are, from 0 to 1; two with the same letters in another order are nearly the same."""
    return 0.99 if one != other and sorted(one) == sorted(other) else SequenceMatcher(None, one, other).ratio()
