"""Plausible wrong options from the attribute pools: what this person could have said but would not call nearly right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from human_simulacra.construction.profiles.attribute_pools import POOL_OF_KEY, AttributeValue, Pools
from human_simulacra.types import Character
from human_simulacra.validation.text import stems

GENERIC = 3  # a word that more values of a pool share ("playing") makes two of them no alike
NEAREST = 5  # rungs of the ladder of education that wrong options are drawn from


def own_values(character: Character, pools: Pools) -> list[AttributeValue]:
    """Returns a character's attributes as values of the pools."""
    found = []
    for key, pool in POOL_OF_KEY.items():
        given = getattr(character, key)
        found += [pools.find_value(pool, text) for text in (given if isinstance(given, tuple) else (given,))]
    return found


def list_distractors(character: Character, attribute: str, pools: Pools) -> list[str]:
    """Returns what could be a wrong option for an attribute of a person.

    A wrong option fits the person's age and other attributes, so that coherence does not give the right one away, and
    shares no telling word with what is right of the person, so that it is truly wrong. Where too few pass, the demand for
    coherence is dropped, never the demand for being wrong.

    Args:
        character: The person.
        attribute: The pool's name, for instance `hobby`.
        pools: The pools.
    """
    others = [value for value in own_values(character, pools) if value.attribute != attribute]
    wanted_or_done = [*character.hobbies, *character.short_term_goals, character.long_term_goal, character.occupation]
    # What a person also wants or does elsewhere would be nearly right; families and schooling share their few words by nature.
    right = [getattr(character, attribute)] if attribute in ("family", "education", "gender") else wanted_or_done
    telling = set() if len(right) == 1 else _telling(right, pools.values[attribute])
    apart = [v for v in pools.values[attribute] if v.value not in right and not stems(v.value) & telling]
    plausible = [
        v for v in apart if not pools.find_age_fault(v, character.age) and not any(pools.find_clash(v, other) for other in others)
    ]
    if attribute == "education":
        return _near(character.education, [v.value for v in plausible], [v.value for v in apart], pools)
    return [v.value for v in (plausible if len(plausible) >= NEAREST else apart)]


def _telling(texts: Sequence[str], pool: Sequence[AttributeValue]) -> set[str]:
    common = Counter(stem for value in pool for stem in stems(value.value))
    return {stem for text in texts for stem in stems(text) if common[stem] <= GENERIC}


def _near(right: str, plausible: Sequence[str], apart: Sequence[str], pools: Pools) -> list[str]:
    """Returns the levels of education next to the right one: a doctorate among the lowest levels would be no question."""
    at = pools.education_level(right) or 0
    choice = plausible if len(plausible) >= 3 else apart
    return sorted(choice, key=lambda value: abs((pools.education_level(value) or 0) - at))[:NEAREST]


def draw_distractors(rng: random.Random, right: Sequence[str], pool: Sequence[str], count: int) -> list[str]:
    """Draws wrong options whose lengths do not give the right ones away.

    How many of them are longer than the longest right option is drawn as if all were shuffled; then they are drawn to fit.

    Args:
        rng: Draws.
        right: The right options.
        pool: What may be drawn, at least `count`.
        count: How many.
    """
    places = list(range(len(right) + count))
    rng.shuffle(places)
    longer = min(places[: len(right)])  # places before the first right one, when all are ordered from the longest on
    limit = max(map(len, right))
    shuffled = rng.sample(list(pool), len(pool))
    long = [text for text in shuffled if len(text) > limit]
    short = [text for text in shuffled if len(text) <= limit]
    taken = max(min(longer, len(long)), count - len(short))
    return [*long[:taken], *short[: count - taken]]
