"""True and false statements on the facts of a profile, no two of them on the same fact."""

from __future__ import annotations

import calendar
import datetime
import random
from collections.abc import Sequence

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.questions.distractors import list_distractors
from human_simulacra.types import Character

AGE_APART = range(3, 8)  # years between a false age and the true one
FORMS = {
    "age": "I am {} years old.",
    "month": "I was born in {}.",
    "occupation": "Under occupation I write: {}.",
    "family": "I grew up in a {}.",
    "education": "My schooling comes to this: {}.",
    "long_term_goal": "In the long run it is about {}.",
    "hobby": "One of my hobbies is {}.",
}


def draw_statements(rng: random.Random, character: Character, pools: Pools, count: int) -> tuple[list[str], list[str]]:
    """Draws `count` true and `count` false statements, at most three of each; `pools` has the false values."""
    facts = rng.sample(list(FORMS), 2 * count)
    right = [FORMS[fact].format(rng.choice(true_values(character, fact))) for fact in facts[:count]]
    wrong = [FORMS[fact].format(rng.choice(_false_values(rng, character, fact, pools))) for fact in facts[count:]]
    return right, wrong


def list_true_statements(character: Character) -> set[str]:
    """Returns all statements in `FORMS` that are true of a person."""
    return {form.format(value) for fact, form in FORMS.items() for value in true_values(character, fact)}


def true_values(character: Character, fact: str) -> Sequence[str]:
    """Returns the true values of a fact."""
    if fact == "month":
        return [calendar.month_name[datetime.date.fromisoformat(character.date_of_birth).month]]
    if fact == "hobby":
        return character.hobbies
    return [str(getattr(character, fact))]


def _false_values(rng: random.Random, character: Character, fact: str, pools: Pools) -> Sequence[str]:
    if fact == "age":
        # On either side, and of an adult, so that the false age is not recognised by being higher.
        offset = rng.choice(AGE_APART) * rng.choice((-1, 1))
        return [str(character.age + (offset if character.age + offset >= 18 else -offset))]
    if fact == "month":
        return [name for name in calendar.month_name if name and name not in true_values(character, "month")]
    return list_distractors(character, fact, pools)
