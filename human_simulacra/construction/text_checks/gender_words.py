"""Words that refer to a woman, a man or a nonbinary person."""

from __future__ import annotations

import re

PERSON_NOUNS = {"female": "woman|female|girl", "male": "man|male|boy"}
GENDER_WORDS = {
    "female": r"she|her|hers|herself|woman|girl|daughter|sister",
    "male": r"he|him|his|himself|man|boy|son|brother",
    "nonbinary": r"they|them|their|theirs|themself|themselves|nonbinary|non-binary",
}


def other_genders(gender: str) -> list[str]:
    """Returns the genders to check for besides the person's; not nonbinary, because they and their refer to any group."""
    return [other for other in PERSON_NOUNS if other != gender]


def count_words(text: str, words: str) -> int:
    """Counts the occurrences of words in a text; `words` is a regex alternation."""
    return len(re.findall(rf"\b(?:{words})\b", text, re.IGNORECASE))
