"""The words by which a text speaks of somebody as of a woman, a man or neither."""

from __future__ import annotations

import re

PERSON_NOUNS = {"female": "woman|female|girl", "male": "man|male|boy"}
GENDER_WORDS = {
    "female": r"she|her|hers|herself|woman|girl|daughter|sister",
    "male": r"he|him|his|himself|man|boy|son|brother",
    "nonbinary": r"they|them|their|theirs|themself|themselves|nonbinary|non-binary",
}


def other_genders(gender: str) -> list[str]:
    """Returns the genders that words may wrongly give somebody: they and their are said of any group, so only she and he."""
    return [other for other in PERSON_NOUNS if other != gender]


def count_words(text: str, words: str) -> int:
    """Returns how often words stand in a text, given as an alternation."""
    return len(re.findall(rf"\b(?:{words})\b", text, re.IGNORECASE))
