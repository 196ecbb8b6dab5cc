"""Ranking of candidates by coherence of their attributes and distance from existing characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from human_simulacra.construction.profiles.attribute_pools import POOL_OF_KEY, VALUES_PER_POOL, Pools
from human_simulacra.memory.embedding import Embedder
from human_simulacra.types import Character

ALIKE = 0.55  # cosine similarity from which two hobbies or goals count as the same
LEVELS_ABOVE = 3  # levels of education above an occupation's minimum that are not a doubt
AGE_ROOM = 2  # years from the limit of a value's age range
TEXT_SHARE = 0.5  # weight of text similarity in the distance; the rest is the share of common attributes
MOST_SHARED = len(POOL_OF_KEY) + sum(count - 1 for count in VALUES_PER_POOL.values())
FAULT = 0.2  # what each doubt subtracts from a coherence of 1


@dataclass(frozen=True)
class Candidate:
    """A profile with its scores (0 to 1, higher is better) and the reasons for them; ids follow the order of sampling."""

    id: str
    score: float
    coherence: float
    distance: float
    reasons: tuple[str, ...]
    profile: Character


def rank_candidates(
    people: Sequence[Character], existing: Sequence[Character], pools: Pools, embedder: Embedder
) -> list[Candidate]:
    """Ranks candidates, each coherent in itself, by the mean of coherence and distance from `existing` characters, best first."""
    new = embedder.encode([_describe(person) for person in people])
    old = embedder.encode([_describe(person) for person in existing])
    aims = sorted({text for person in people for texts in _aims(person) for text in texts})
    vectors = dict(zip(aims, embedder.encode(aims), strict=True))
    ranked = []
    for place, person in enumerate(people):
        doubts = _find_doubts(person, pools)
        for texts in _aims(person):
            cosine, one, other = max((float(vectors[a] @ vectors[b]), a, b) for a, b in combinations(texts, 2))
            doubts += [f"{one} and {other} are much alike"] if cosine >= ALIKE else []
        coherence = max(0.0, 1.0 - FAULT * len(doubts))
        distance, nearest = 1.0, "there is no other character"
        if existing:
            alike = [max(0.0, float(new[place] @ vector)) for vector in old]
            shared = [_find_shared(person, other, pools) for other in existing]
            distance, at = min(
                (TEXT_SHARE * (1 - cosine) + (1 - TEXT_SHARE) * (1 - min(1.0, len(common) / MOST_SHARED)), at)
                for at, (cosine, common) in enumerate(zip(alike, shared, strict=True))
            )
            nearest = f"nearest {existing[at].name}, " + (f"both {'; '.join(shared[at])}" if shared[at] else "nothing in common")
        score, reasons = round((coherence + distance) / 2, 3), (*doubts, nearest)
        ranked.append(Candidate(f"c{place + 1:03d}", score, round(coherence, 3), round(distance, 3), reasons, person))
    return sorted(ranked, key=lambda candidate: (-candidate.score, candidate.id))


def _describe(person: Character) -> str:
    """Returns a profile as text for embedding, without name, gender and dates."""
    return (
        f"{person.age}, {person.occupation}, {person.education}; grew up in a {person.family}. "
        f"Likes {', '.join(person.hobbies)}. Is busy with {', '.join(person.short_term_goals)}; "
        f"in the long run with {person.long_term_goal}. Mostly {', '.join(person.functions[:2])}."
    )


def _find_doubts(person: Character, pools: Pools) -> list[str]:
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


def _aims(person: Character) -> tuple[Sequence[str], Sequence[str]]:
    return person.hobbies, (*person.short_term_goals, person.long_term_goal)


def _find_shared(person: Character, other: Character, pools: Pools) -> list[str]:
    """Returns the sampled attributes that two people have in common, except gender."""
    theirs = pools.find_character_values(other)
    found = [v.value for v in pools.find_character_values(person) if v in theirs and v.attribute != "gender"]
    return [*found, "-".join(person.functions[:2])] if person.functions[:2] == other.functions[:2] else found
