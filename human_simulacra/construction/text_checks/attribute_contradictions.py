"""Education, occupation and family that a text gives the person against the profile; rule-based."""

from __future__ import annotations

import re
from collections.abc import Iterator

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_checks.sentence_subjects import sentences_about_person
from human_simulacra.types import Character

_NOT_HAD = re.compile(
    r"\b(?:no|not|never|without|n't|wants?|wanted|hop(?:e|es|ed|ing)|dream\w*|plan\w*|aim\w*|goal|would|will|wish\w*|try\w*|"
    r"tried|fail\w*|instead|mother|father|parents?|brother|sister|husband|wife|partner|friend)\b|n['’]t\b",
    re.I,
)
HIGHER = "some college, no degree"  # the least education of somebody who was at a university
_STUDIED = re.compile(
    r"\b(?:attend(?:s|ed|ing)?|(?:graduated|educated|studied|studies|enrol\w*)(?: \w+){0,2}? (?:at|in|from))"
    r"(?: (?:an?|the|his|her|their)(?: [\w-]+)?)? (?:university|[A-Z]\w+ University|University of [A-Z]\w+)\b"
    r"(?! (?:lecture|talk|concert|event|hospital|course|library|day|open))"
)
_WORKS_AS = r"\b(?:works? (?:\w+ly )?as|is (?:\w+ly )?employed as|earns (?:a|his|her|their) living as) an? (?:[\w-]+ ){0,2}?"


def find_education_faults(sentence: str, character: Character, pools: Pools) -> Iterator[str]:
    """Yields a fault for each degree above the profile's, and for university studies that the profile excludes."""
    own = pools.education_level(character.education)
    if own is None or _NOT_HAD.search(sentence):
        return
    if own < (pools.education_level(HIGHER) or 0) and (match := _STUDIED.search(sentence)):
        yield f"it says '{match[0]}', but the education is {character.education}"
    for value in pools.values["education"]:
        above = (pools.education_level(value.value) or 0) > own and "," not in value.value
        if above and re.search(rf"\b{re.escape(value.value)}\b", sentence.replace("’", "'"), re.I):
            yield f"it gives {character.name} a {value.value}, but the education is {character.education}"


def find_occupation_faults(sentence: str, character: Character, pools: Pools) -> Iterator[str]:
    """Yields a fault for each other occupation that a sentence gives the person at present.

    Only phrases such as "works as" count: somebody may be a gardener on Sundays.
    """
    if not re.search(_WORKS_AS, sentence, re.I) or _NOT_HAD.search(sentence):
        return
    own = set(re.findall(r"\w+", character.occupation.casefold()))
    for value in pools.values["occupation"]:
        job = value.value
        if not own & set(re.findall(r"\w+", job.casefold())) and re.search(rf"{_WORKS_AS}{re.escape(job)}\b", sentence, re.I):
            yield f"it makes {character.name} a {job}, but the occupation is {character.occupation}"


def find_family_faults(sentence: str, character: Character, pools: Pools) -> Iterator[str]:
    """Yields a fault for each kind of family in a sentence that is not the person's."""
    own = {part.strip() for part in character.family.split(",")}
    known = {part.strip() for value in pools.values["family"] for part in value.value.split(",")}
    if not own <= known:
        return
    for part in sorted(known - own):
        if re.search(rf"\b{'[ -]'.join(map(re.escape, re.split('[ -]', part)))}\b", sentence, re.I):
            yield f"it speaks of a {part}, but the family is {character.family}"


def find_attribute_faults(text: str, life: Lifetime, pools: Pools) -> Iterator[str]:
    """Yields the faults of education, occupation and family in the sentences about the person."""
    for sentence in sentences_about_person(text, life):
        yield from find_education_faults(sentence, life.character, pools)
        yield from find_occupation_faults(sentence, life.character, pools)
        yield from find_family_faults(sentence, life.character, pools)
