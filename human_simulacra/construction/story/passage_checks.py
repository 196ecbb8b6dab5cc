"""What a passage that was told again says of the person that cannot be if the profile is true. No model is asked.

A story speaks of others too, so only sentences whose subject is the person count, and only what the passage did not say before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.text_checks.gender_words import GENDER_WORDS, count_words, other_genders
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_checks.profile_contradictions import (
    MONTHS,
    WEEKDAYS,
    describe_gender_fault,
    find_contradictions,
)
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.types import Character
from human_simulacra.validation.text import STOP_WORDS

LEAST = 3  # so many words of another gender speak against it where nobody else is told of
SUBJECT = {"female": "She", "male": "He", "nonbinary": "They"}
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
_WOMEN = r"women|woman|girls?|mother|mum|mom|grandmother|sisters?|daughters?|aunts?|wife|widow|nieces?|lady|queen|Mrs|Ms|Miss"
_MEN = r"men|man|boys?|father|dad|grandfather|brothers?|sons?|uncles?|husband|widower|nephews?|gentleman|king|Mr|priest|pastor"
_ANYBODY = (
    r"people|persons?|somebody|someone|anyone|nobody|everybody|everyone|who|child|children|bab(?:y|ies)|parents?|cousins?|friends?"
    r"|partner|spouse|couple|guests?|students?|pupils?|boss|chef|cook|clerk|guard|nurse|judge|captain|chief|colleagues?|crew|team"
    r"|patients?|(?:the|an?|her|his|their|my|our|this|that|another|one)(?: \w+)? \w*(?:man|woman|er|or|ist|ian|ant|ent)"
)
# Nouns that end like those of people and are things.
_THINGS = re.compile(
    r"\b(?:water|winter|summer|river|letter|paper|butter|corner|number|order|weather|flower|matter|dinner|supper|door|floor|motor"
    r"|colou?r|harbor|answer|power|shower|silver|computer|counter|moment|present|apartment|document|instrument|restaurant|accident)\b",
    re.I,
)
_PLACED = re.compile(
    r"\b(?:in|at|to|from|of|near|on|across|over|through|into|around|by|for|between|towards?)\s+(?:the\s+)?\Z", re.I
)


def find_passage_faults(text: str, told: str, before: str, life: Lifetime, pools: Pools) -> list[str]:
    """Returns what a passage gets wrong about the person, each a phrase that can be put to a model or a reviewer.

    Args:
        text: The passage as it is told now.
        told: The passage as it was.
        before: The paragraph that stands before it, empty if none does.
        life: Whose life it is.
        pools: What attributes there are beside the profile's own.
    """
    known = set(_attributes(told, life, pools))
    found = [
        *find_contradictions(text, life),
        *(fault for fault in _attributes(text, life, pools) if fault not in known),
        *_gender(text, told, before, life),
    ]
    return list(dict.fromkeys(found))


def find_education_faults(sentence: str, character: Character, pools: Pools) -> Iterator[str]:
    """Yields the degrees above the profile's that a sentence gives the person, and studies where there were none."""
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
    """Yields the occupations, other than the profile's, that a sentence gives the person at present.

    Only "works as" and its like tell of an occupation: somebody may be a gardener on Sundays.
    """
    if not re.search(_WORKS_AS, sentence, re.I) or _NOT_HAD.search(sentence):
        return
    own = set(re.findall(r"\w+", character.occupation.casefold()))
    for value in pools.values["occupation"]:
        job = value.value
        if not own & set(re.findall(r"\w+", job.casefold())) and re.search(rf"{_WORKS_AS}{re.escape(job)}\b", sentence, re.I):
            yield f"it makes {character.name} a {job}, but the occupation is {character.occupation}"


def find_family_faults(sentence: str, character: Character, pools: Pools) -> Iterator[str]:
    """Yields the kinds of family that a sentence names and that the person does not come from."""
    own = {part.strip() for part in character.family.split(",")}
    known = {part.strip() for value in pools.values["family"] for part in value.value.split(",")}
    if not own <= known:
        return
    for part in sorted(known - own):
        if re.search(rf"\b{'[ -]'.join(map(re.escape, re.split('[ -]', part)))}\b", sentence, re.I):
            yield f"it speaks of a {part}, but the family is {character.family}"


def _attributes(text: str, life: Lifetime, pools: Pools) -> Iterator[str]:
    for sentence in sentences_about_person(text, life):
        yield from find_education_faults(sentence, life.character, pools)
        yield from find_occupation_faults(sentence, life.character, pools)
        yield from find_family_faults(sentence, life.character, pools)


def sentences_about_person(text: str, life: Lifetime) -> Iterator[str]:
    """Yields the sentences whose subject is the person: by name, by I, or by a pronoun where no other subject is just before."""
    opening = r"(?:(?:In|At|By|On|After|Since|From|During|Later|Then|That|When)\b[^.!?]{0,40}?,? )?"
    subject = SUBJECT[life.character.gender]
    named = re.compile(rf"{opening}(?:{re.escape(life.first_name)}\b(?!['’]s)|I\b)")
    pronoun = re.compile(rf"{opening}(?:{subject}|{subject.lower()})\b")
    meant = True
    for sentence in split_sentences(text):
        goes_on = pronoun.match(sentence) or not _somebody(sentence, life, f"{_WOMEN}|{_MEN}")
        meant = bool(named.match(sentence)) or (meant and bool(goes_on))
        if meant:
            yield sentence


def _gender(text: str, told: str, before: str, life: Lifetime) -> Iterator[str]:
    character = life.character
    own = GENDER_WORDS[character.gender]
    if re.search(r"\b(?:I|[Mm]y)\b", text) or not count_words(f"{before} {told}", f"{own}|{re.escape(life.first_name)}"):
        return
    for other in other_genders(character.gender):
        words = count_words(text, GENDER_WORDS[other])
        lost = (
            count_words(told, own)
            and not count_words(text, own)
            and words >= max(LEAST, count_words(told, own), 1 + count_words(told, GENDER_WORDS[other]))
        )
        if lost or _unspoken(text, told, before, other, life):
            yield describe_gender_fault(character, other)


def _unspoken(text: str, told: str, before: str, other: str, life: Lifetime) -> bool:
    """Tells whether a sentence begins with she or he where nobody who could be meant was told of, but the person."""
    opens = re.compile(rf"{SUBJECT[other]}\b")
    if any(map(opens.match, split_sentences(told))):
        return False
    theirs, ours = (_MEN, _WOMEN) if other == "male" else (_WOMEN, _MEN)
    for sentence in split_sentences(text):
        if opens.match(sentence) and not _somebody(re.sub(rf"\b(?:{ours})\b", "", before, flags=re.I), life, theirs):
            return True
        before = f"{before} {sentence}"
    return False


def _somebody(text: str, life: Lifetime, theirs: str) -> bool:
    """Tells whether a text may speak of a person other than this one: by a name or by a noun."""
    plain = _THINGS.sub("", text)
    if re.search(rf"\b(?:{theirs}|{_ANYBODY})\b(?!['’]s)", plain, re.I):
        return True
    own = {*re.findall(r"[\w'’-]+", life.character.name), *MONTHS, *WEEKDAYS, *(f"{day}s" for day in WEEKDAYS)}
    for match in re.finditer(r"\b[A-Z][\w’'-]+", text):
        word = re.sub(r"['’]s?\Z", "", match[0])
        if word not in own and word.casefold() not in STOP_WORDS and not _PLACED.search(text[: match.start()]):
            return True
    return False
