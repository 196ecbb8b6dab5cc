"""Distractors: plausible wrong options from the attribute pools."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from human_simulacra.construction.profiles.attribute_pools import AttributeValue, Pools
from human_simulacra.types import Character
from human_simulacra.validation.text_statistics import stems

GENERIC = 3  # number of values above which a shared word ("playing") does not make two values similar
NEAREST = 5  # nearest levels of education to draw from, and the fewest coherent values to draw from


def list_distractors(character: Character, attribute: str, pools: Pools) -> list[str]:
    """Returns possible wrong options for an attribute, given as the name of its pool, for instance `hobby`.

    They fit the person's age and other attributes, so that incoherence does not reveal them, and share no content word with
    the person's own values, so that they are clearly wrong. If too few are left, coherence is not required.
    """
    others = [value for value in pools.find_character_values(character) if value.attribute != attribute]
    wanted_or_done = [*character.hobbies, *character.short_term_goals, character.long_term_goal, character.occupation]
    # Other goals and hobbies of the person would be nearly right. Families and education share their few words by nature.
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
    """Returns the levels of education nearest to the right one, because others would be easy to rule out."""
    at = pools.education_level(right) or 0
    choice = plausible if len(plausible) >= 3 else apart
    return sorted(choice, key=lambda value: abs((pools.education_level(value) or 0) - at))[:NEAREST]


def draw_distractors(rng: random.Random, right: Sequence[str], pool: Sequence[str], count: int) -> list[str]:
    """Draws `count` distractors from a pool of at least as many, so that their lengths do not reveal the right options.

    The number of distractors longer than the longest right option is drawn first, as in a random order by length.
    """
    places = list(range(len(right) + count))
    rng.shuffle(places)
    longer = min(places[: len(right)])  # options before the first right one in descending order of length
    limit = max(map(len, right))
    shuffled = rng.sample(list(pool), len(pool))
    long = [text for text in shuffled if len(text) > limit]
    short = [text for text in shuffled if len(text) <= limit]
    taken = max(min(longer, len(long)), count - len(short))
    return [*long[:taken], *short[: count - taken]]
