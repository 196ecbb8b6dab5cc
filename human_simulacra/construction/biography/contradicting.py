"""What in a biography cannot be if its profile is true. No model is asked; what only a reader sees is for the reviewer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from human_simulacra.construction.biography.facts import WORDS_OF
from human_simulacra.construction.pools import Pools
from human_simulacra.construction.story.consistency import contradictions
from human_simulacra.construction.story.lifetime import Lifetime
from human_simulacra.construction.texts import sentences
from human_simulacra.types import Character
from human_simulacra.validation.times import years

SOME = 3  # so many words of another gender are no longer a relative's, if twice as many as the own ones
_CALLED = {"female": "woman|female|girl", "male": "man|male|boy"}
_THEY = "they|them|their|theirs|themself|themselves"
_META = re.compile(r"\b(?:auto)?biograph(?:y|ies)\b", re.I)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’(?!\w)")
_I = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll))\b(?!\.)|\bmyself\b")
BACK, OUT_OF_ORDER = 5, 1 / 3  # years by which a text steps back, and the share of its years that do so
_NOT_HAD = re.compile(
    r"\b(?:no|not|never|without|n't|wants?|wanted|hop(?:e|es|ed|ing)|dream\w*|plan\w*|aim\w*|goal|would|will|wish\w*|try\w*|"
    r"tried|fail\w*|instead|mother|father|parents?|brother|sister|husband|wife|partner|friend)\b|n['’]t\b",
    re.I,
)


def wrong(text: str, character: Character, pools: Pools) -> list[str]:
    """Returns what a text gets wrong about a person, each a phrase that can be put to a model or a reviewer."""
    life = Lifetime.of(character)
    found = [
        *contradictions(text, life),
        *_gender(text, character),
        *_education(text, character, pools),
        *_family(text, character, pools),
        *_death(text, life),
        *(["it speaks of the biography itself"] if _META.search(text) else []),
        *([f"it speaks as I, and not of {life.first_name}"] if _I.search(_QUOTED.sub("", text)) else []),
    ]
    return list(dict.fromkeys(found))


def out_of_order(text: str) -> str | None:
    """Returns what is wrong where a text often steps back in time, or None."""
    named = [years(sentence)[0] for sentence in sentences(text) if years(sentence)]
    latest, back = 0, 0
    for year in named:
        back += year < latest - BACK
        latest = max(latest, year)
    return "it does not tell the years in their order" if back > OUT_OF_ORDER * len(named) else None


def _gender(text: str, character: Character) -> Iterator[str]:
    spoken_of = WORDS_OF | {"nonbinary": _THEY}
    counts = {gender: len(re.findall(rf"\b(?:{pattern})\b", text, re.I)) for gender, pattern in spoken_of.items()}
    own = counts[character.gender]
    name = f"{re.escape(character.name.split()[0])}(?: {re.escape(character.name.split()[-1])})?"
    # They and their are said of any group, so only she and he speak against a gender.
    for other in ("female", "male"):
        if other == character.gender:
            continue
        said = re.search(rf"\b{name}(?:,[^.]*,)? (?:is|was) an? (?:[\w-]+ )?(?:{_CALLED[other]})\b", text)
        if said or (counts[other] >= (SOME if own else 2) and counts[other] > 2 * own):
            yield f"it speaks of {character.name} as {other}, but the profile says {character.gender}"


def _education(text: str, character: Character, pools: Pools) -> Iterator[str]:
    own = pools.level(character.education)
    if own is None:
        return
    higher = [v.value for v in pools.of["education"] if (pools.level(v.value) or 0) > own and "," not in v.value]
    for sentence in sentences(text.replace("’", "'")):
        for value in higher:
            if re.search(rf"\b{re.escape(value)}\b", sentence, re.I) and not _NOT_HAD.search(sentence):
                yield f"it gives {character.name} a {value}, but the education is {character.education}"


def _family(text: str, character: Character, pools: Pools) -> Iterator[str]:
    own = {part.strip() for part in character.family.split(",")}
    known = {part.strip() for value in pools.of["family"] for part in value.value.split(",")}
    if not own <= known:
        return
    for part in sorted(known - own):
        if re.search(rf"\b{'[ -]'.join(map(re.escape, re.split('[ -]', part)))}\b", text, re.I):
            yield f"it speaks of a {part}, but the family is {character.family}"


def _death(text: str, life: Lifetime) -> Iterator[str]:
    name = f"{re.escape(life.first_name)}(?: {re.escape(life.character.name.split()[-1])})?"
    if re.search(rf"\b{name} (?:died|passed away|was buried)\b|\bafter {name}['’]s? death\b", text):
        yield f"it says that {life.first_name} died, who lives"
