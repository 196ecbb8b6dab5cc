"""Rule-based checks of a biography against its profile."""

from __future__ import annotations

import re
from collections.abc import Iterator

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.text_checks import attribute_contradictions
from human_simulacra.construction.text_checks.gender_words import GENDER_WORDS, count_words, other_genders
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_checks.profile_contradictions import describe_gender_fault, find_contradictions
from human_simulacra.construction.text_checks.sentence_subjects import sentences_about_person
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.types import Character
from human_simulacra.validation.years_and_ages import years

SOME = 3  # words of another gender that are a fault if they outnumber those of the own gender two to one
_THEY = "they|them|their|theirs|themself|themselves"
_META = re.compile(r"\b(?:auto)?biograph(?:y|ies)\b", re.I)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’(?!\w)")
_I = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll))\b(?!\.)|\bmyself\b")
BACK, OUT_OF_ORDER = 5, 1 / 3  # years that count as a step back in time, and the share of dated sentences that may step back


def find_biography_faults(text: str, character: Character, pools: Pools) -> list[str]:
    """Returns the contradictions of a text with the profile, each a phrase for the model's retry prompt or the reviewer."""
    life = Lifetime.from_character(character)
    own = list(sentences_about_person(text, life))
    found = [
        *find_contradictions(text, life),
        *_gender(text, character),
        *(fault for sentence in own for fault in attribute_contradictions.find_education_faults(sentence, character, pools)),
        *(fault for sentence in own for fault in attribute_contradictions.find_occupation_faults(sentence, character, pools)),
        *attribute_contradictions.find_family_faults(text, character, pools),
        *(["it speaks of the biography itself"] if _META.search(text) else []),
        *([f"it speaks as I, and not of {life.first_name}"] if _I.search(_QUOTED.sub("", text)) else []),
    ]
    return list(dict.fromkeys(found))


def find_order_fault(text: str) -> str | None:
    """Returns a fault if a text often steps back in time, else None."""
    named = [years(sentence)[0] for sentence in split_sentences(text) if years(sentence)]
    latest, back = 0, 0
    for year in named:
        back += year < latest - BACK
        latest = max(latest, year)
    return "it does not tell the years in their order" if back > OUT_OF_ORDER * len(named) else None


def _gender(text: str, character: Character) -> Iterator[str]:
    own = count_words(text, GENDER_WORDS[character.gender] if character.gender != "nonbinary" else _THEY)
    for other in other_genders(character.gender):
        theirs = count_words(text, GENDER_WORDS[other])
        if theirs >= (SOME if own else 2) and theirs > 2 * own:
            yield describe_gender_fault(character, other)
