"""Ranking of candidates by coherence of their attributes and distance from existing characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from human_simulacra.construction.profiles.attribute_pools import POOL_OF_KEY, VALUES_PER_POOL, Pools
from human_simulacra.memory.embedding import Embedder
from human_simulacra.types import Character

ALIKE = 0.55  # cosine similarity from which two hobbies or goals count as the same
LEVELS_ABOVE = 3  # levels of education above an occupation's minimum that are not a doubt
AGE_ROOM = 2  # years from the limit of a value's age range
TEXT_SHARE = 0.5  # weight of text similarity in the distance; the rest is the share of common attributes
FAULT = 0.2  # what each doubt subtracts from a coherence of 1


@dataclass(frozen=True)
class Candidate:
    """A profile with its scores (0 to 1, higher is better) and the reasons for them."""

    id: str
    score: float
    coherence: float
    distance: float
    reasons: tuple[str, ...]
    profile: Character


def rank_candidates(
    people: Sequence[Character], existing: Sequence[Character], pools: Pools, embedder: Embedder
) -> list[Candidate]:
    """Ranks candidates, each coherent in itself, by the mean of coherence and distance from `existing` characters, best first.

    Ids follow the order of sampling.
    """
    new = embedder.encode([describe_profile(person) for person in people])
    old = embedder.encode([describe_profile(person) for person in existing])
    alike = _Similarity(people, embedder)
    ranked = []
    for place, person in enumerate(people):
        doubts = [*_doubts(person, pools), *alike.doubts(person)]
        distance, nearest = 1.0, "there is no other character"
        if existing:
            distances = [_distance(person, other, float(new[place] @ old[i])) for i, other in enumerate(existing)]
            distance = min(distances)
            nearest = _nearest(person, existing[distances.index(distance)])
        coherence = max(0.0, 1.0 - FAULT * len(doubts))
        score = round((coherence + distance) / 2, 3)
        reasons = (*doubts, nearest)
        ranked.append(Candidate(candidate_id(place), score, round(coherence, 3), round(distance, 3), reasons, person))
    return sorted(ranked, key=lambda candidate: (-candidate.score, candidate.id))


def candidate_id(place: int) -> str:
    """Returns the id of the candidate with an index in the order of sampling."""
    return f"c{place + 1:03d}"


def describe_profile(person: Character) -> str:
    """Returns a profile as text for embedding, without name, gender and dates."""
    return (
        f"{person.age}, {person.occupation}, {person.education}; grew up in a {person.family}. "
        f"Likes {', '.join(person.hobbies)}. Is busy with {', '.join(person.short_term_goals)}; "
        f"in the long run with {person.long_term_goal}. Mostly {', '.join(person.functions[:2])}."
    )


def _doubts(person: Character, pools: Pools) -> list[str]:
    found = []
    for value in pools.find_character_values(person):
        have, need = pools.education_level(person.education), pools.education_level(value.min_education)
        if value.attribute == "occupation" and have is not None and have - (need or 0) > LEVELS_ABOVE:
            found.append(f"a {person.education} is far more than a {value.value} needs")
        if value.max_age is not None and value.max_age - person.age < AGE_ROOM:
            found.append(f"{person.age} is late for {value.value}")
        elif value.attribute == "occupation" and value.min_age is not None and person.age - value.min_age < AGE_ROOM:
            found.append(f"{person.age} is early for a {value.value}")
        if not pools.contains(value):
            found.append(f"{value} is in no pool, so nothing is known of what it goes with")
    return found


class _Similarity:
    """Finds hobbies and goals of one person that are about the same thing."""

    def __init__(self, people: Sequence[Character], embedder: Embedder) -> None:
        texts = sorted({text for person in people for group in _groups(person) for text in group})
        self._place = {text: place for place, text in enumerate(texts)}
        self._vectors = embedder.encode(texts)

    def doubts(self, person: Character) -> list[str]:
        found = []
        for group in _groups(person):
            vectors = self._vectors[[self._place[text] for text in group]]
            cosines = np.triu(vectors @ vectors.T, 1)
            one, other = np.unravel_index(int(cosines.argmax()), cosines.shape)
            if cosines[one, other] >= ALIKE:
                found.append(f"{group[one]} and {group[other]} are much alike")
        return found


def _groups(person: Character) -> tuple[tuple[str, ...], ...]:
    return person.hobbies, (*person.short_term_goals, person.long_term_goal)


def _shared(person: Character, other: Character) -> list[str]:
    """Returns the sampled attributes that two people have in common, except gender."""
    found = []
    for key in (key for key in POOL_OF_KEY if key != "gender"):
        one, two = getattr(person, key), getattr(other, key)
        found += [one] if one == two and isinstance(one, str) else []
        found += [text for text in one if text in two] if not isinstance(one, str) else []
    if person.functions[:2] == other.functions[:2]:
        found.append("-".join(person.functions[:2]))
    return found


def _distance(person: Character, other: Character, cosine: float) -> float:
    most = len(POOL_OF_KEY) + sum(count - 1 for count in VALUES_PER_POOL.values())
    return TEXT_SHARE * (1 - max(0.0, cosine)) + (1 - TEXT_SHARE) * (1 - min(1.0, len(_shared(person, other)) / most))


def _nearest(person: Character, other: Character) -> str:
    shared = _shared(person, other)
    return f"nearest {other.name}" + (f", both {'; '.join(shared)}" if shared else ", nothing in common")
