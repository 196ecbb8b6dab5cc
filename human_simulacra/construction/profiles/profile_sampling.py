"""Sampling of candidate profiles from the attribute pools under the user's constraints (paper, "Character profile")."""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.profiles.birth_dates import draw_birth_date, parse_date
from human_simulacra.construction.profiles.constraint_sampling import sample_attributes
from human_simulacra.construction.profiles.constraints import MAX_AGE, MIN_AGE, Constraints
from human_simulacra.construction.profiles.name_generation import NameGenerator
from human_simulacra.errors import UserError
from human_simulacra.library import slug
from human_simulacra.life_dates import age_on
from human_simulacra.types import FUNCTIONS, Character, Trait
from human_simulacra.validation.completeness_checks import JUDGING, PERCEIVING
from human_simulacra.validation.statement_checks import TRAITS_A_RANK

REPEATS = 30  # consecutive draws of known people after which sampling ends


@dataclass(frozen=True)
class SamplingContext:
    """What all candidates share: pools, name generator, reference date, and ids that are taken."""

    pools: Pools
    names: NameGenerator
    day: datetime.date
    taken: Collection[str] = ()


def sample_profiles(context: SamplingContext, constraints: Constraints, count: int, seed: int) -> list[Character]:
    """Samples distinct profiles; fewer than `count` if the constraints allow no more.

    A profile depends on the seed, its index and the profiles before it, not on `count`.

    Raises:
        UserError: If the constraints cannot be satisfied.
    """
    constraints = _check_names_and_dates(constraints, context)
    found: dict[tuple, Character] = {}
    taken = set(context.taken)
    place = repeats = 0
    while len(found) < count and repeats < REPEATS:
        character = sample_profile(random.Random(f"{seed}:{place}"), context, constraints, taken)
        place += 1
        if found.setdefault(_identity(character), character) is character:
            taken.add(character.id)
            repeats = 0
        else:
            repeats += 1
    return list(found.values())


def _identity(person: Character) -> tuple:
    """Returns the attributes that make two profiles different people, without the name."""
    return (
        person.age, person.gender, person.occupation, person.education, person.family, frozenset(person.hobbies),
        frozenset(person.short_term_goals), person.long_term_goal, person.functions,
    )  # fmt: skip


def sample_profile(rng: random.Random, context: SamplingContext, constraints: Constraints, taken: Collection[str]) -> Character:
    """Samples one complete profile; the biography is empty unless it was set."""
    attributes = sample_attributes(rng, context.pools, constraints)
    texts = constraints.texts
    if len(constraints.names) == 1:  # no draw, so that the seed gives the same attributes with and without it
        name = constraints.names[0]
    else:
        name = (
            rng.choice(constraints.names) if constraints.names else context.names.draw(rng, attributes.one_value("gender"), taken)
        )
    born = texts.get("date_of_birth") or draw_birth_date(rng, attributes.age, context.day).isoformat()
    functions = sample_functions(rng, constraints.functions)
    return Character(
        id=slug(name), name=name, gender=attributes.one_value("gender"), age=attributes.age, date_of_birth=born,
        reference_date=context.day.isoformat(), occupation=attributes.one_value("occupation"),
        hobbies=attributes.all_values("hobby"), family=attributes.one_value("family"),
        education=attributes.one_value("education"), short_term_goals=attributes.all_values("short_term_goal"),
        long_term_goal=attributes.one_value("long_term_goal"), functions=functions,
        traits=constraints.traits or sample_traits(rng, functions, context.pools), biography=texts.get("biography", ""),
    )  # fmt: skip


def sample_functions(rng: random.Random, first: Sequence[str] = ()) -> tuple[str, ...]:
    """Samples the order of the eight functions: `first` if set, a perceiving one, a judging one, then the rest shuffled."""
    order = list(first)
    for group in (PERCEIVING, JUDGING)[len(order) :]:
        order.append(rng.choice(group))
    rest = [function for function in FUNCTIONS if function not in order]
    rng.shuffle(rest)
    return (*order, *rest)


def sample_traits(rng: random.Random, functions: Sequence[str], pools: Pools) -> tuple[Trait, ...]:
    """Samples 4, 3, 2, 1, 1, 2, 3, 4 statements of the functions at ranks 1 to 8.

    Raises:
        UserError: If a rank has too few statements.
    """
    traits = []
    for rank, (function, count) in enumerate(zip(functions, TRAITS_A_RANK, strict=True), 1):
        pool = pools.statements.get((function, rank), ())
        if len(pool) < count:
            raise UserError(
                f"personality_items.jsonl has {len(pool)} statements of {function} at rank {rank}, {count} are needed"
            )
        traits += [Trait(function, rank, text) for text in rng.sample(pool, count)]
    return tuple(traits)


def _check_names_and_dates(constraints: Constraints, context: SamplingContext) -> Constraints:
    """Checks names and dates, and restricts the age to that of a given date of birth."""
    for name in constraints.names:
        if len(slug(name)) < 2:
            raise UserError(f"name '{name}' gives no id: it needs Latin letters")
        if slug(name) in context.taken:
            raise UserError(f"name '{name}' is taken by the character '{slug(name)}': set another")
    if not (text := constraints.texts.get("date_of_birth")):
        return constraints
    age = age_on(parse_date("date_of_birth", text), context.day)
    if constraints.age_given and age not in constraints.ages:
        raise UserError(
            f"date_of_birth {text} makes an age of {age} on {context.day}, which is not the age that is set: drop one"
        )
    if not MIN_AGE <= age <= MAX_AGE:
        raise UserError(f"date_of_birth {text} makes an age of {age} on {context.day}: characters are {MIN_AGE} to {MAX_AGE}")
    return dataclasses.replace(constraints, ages=range(age, age + 1), age_given=True)
