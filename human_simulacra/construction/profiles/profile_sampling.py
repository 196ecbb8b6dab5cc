"""Sampling of candidate profiles from the attribute pools under the user's constraints (paper, "Character profile")."""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from faker import Faker
from faker.config import AVAILABLE_LOCALES

from human_simulacra.construction.lifetime import birthday
from human_simulacra.construction.profiles.attribute_pools import (
    GENDER_WEIGHTS,
    POOL_OF_KEY,
    VALUES_PER_POOL,
    AttributeValue,
    Pools,
)  # fmt: skip
from human_simulacra.construction.profiles.constraints import MAX_AGE, MIN_AGE, Constraints
from human_simulacra.errors import UserError, unknown
from human_simulacra.library import slug
from human_simulacra.life_dates import age_on
from human_simulacra.types import FUNCTIONS, Character, Trait
from human_simulacra.validation.completeness_checks import JUDGING, PERCEIVING
from human_simulacra.validation.statement_checks import TRAITS_A_RANK

ATTEMPTS = 200  # names that are tried for a free one
REPEATS = 30  # consecutive draws of known people after which sampling ends
STEPS = 5000  # values that are tried for one age
Slot = Sequence[AttributeValue]  # the possible values of one attribute of a person


def sample_profiles(
    pools: Pools, locale: str, day: datetime.date, constraints: Constraints, count: int, seed: int, taken: Collection[str] = ()
) -> list[Character]:
    """Samples distinct profiles, with names of a Faker locale, ages on a day and ids that are not taken.

    There are fewer than `count` if no more exist. A profile depends on the seed, its index and the profiles before it.

    Raises:
        UserError: If the constraints cannot be satisfied, or there is no such locale.
    """
    if locale not in AVAILABLE_LOCALES:
        raise unknown("locale", locale, AVAILABLE_LOCALES)
    faker = Faker(locale)
    constraints = _check_names_and_dates(constraints, day, taken)
    found: dict[tuple, Character] = {}
    place = repeats = 0
    while len(found) < count and repeats < REPEATS:
        rng = random.Random(f"{seed}:{place}")
        place += 1
        age, values = sample_attributes(rng, pools, constraints)
        if len(constraints.names) == 1:  # no draw, so that the seed gives the same attributes with and without it
            name = constraints.names[0]
        elif constraints.names:
            name = rng.choice(constraints.names)
        else:
            name = _draw_name(rng, faker, values["gender"][0], {*taken, *(person.id for person in found.values())})
        born = constraints.texts.get("date_of_birth") or draw_birth_date(rng, age, day).isoformat()
        functions = sample_functions(rng, constraints.functions)
        held: dict[str, Any] = {k: values[p] if p in VALUES_PER_POOL else values[p][0] for k, p in POOL_OF_KEY.items()}
        person = Character(
            id=slug(name), name=name, age=age, date_of_birth=born, reference_date=day.isoformat(), functions=functions,
            traits=constraints.traits or sample_traits(rng, functions, pools),
            biography=constraints.texts.get("biography", ""), **held,
        )  # fmt: skip
        # People who differ in name, dates and traits alone are the same.
        identity = age, functions, *(frozenset(texts) for texts in values.values())
        repeats = repeats + 1 if identity in found else 0
        found.setdefault(identity, person)
    return list(found.values())


def sample_attributes(rng: random.Random, pools: Pools, constraints: Constraints) -> tuple[int, Mapping[str, tuple[str, ...]]]:
    """Samples an age uniformly, then the values of each pool uniformly among those that remain compatible, set ones first.

    Raises:
        UserError: If the constraints cannot be satisfied; the message names two that conflict if there are such.
    """
    wanted = sorted((slot for slots in constraints.values.values() for slot in slots), key=len)
    _check_compatible(pools, constraints, wanted)
    slots: list[Slot] = list(wanted)
    for pool in POOL_OF_KEY.values():
        slots += [pools.values[pool]] * (VALUES_PER_POOL.get(pool, 1) - len(constraints.values.get(pool, ())))
    ages = list(constraints.ages)
    rng.shuffle(ages)
    for age in ages:
        if found := _search(rng, pools, age, slots):
            return age, {pool: tuple(v.value for v in found if v.attribute == pool) for pool in POOL_OF_KEY.values()}
    named = " with ".join(str(slot[0]) for slot in wanted if len(slot) == 1)
    raise UserError(f"nobody aged {_span(constraints.ages)} can have {named or 'what is set'}: change or leave out one of them")


def _check_compatible(pools: Pools, constraints: Constraints, wanted: Sequence[Slot]) -> None:
    """Checks what is set one by one against the ages, then in pairs."""
    for slot in wanted:
        if all(pools.find_age_fault(value, age) for value in slot for age in constraints.ages):
            set_age = "" if constraints.age_given else f" (ages are {_span(constraints.ages)} unless set)"
            why, attribute = pools.find_age_fault(slot[0], constraints.ages[-1]), slot[0].attribute.replace("_", " ")
            raise UserError(f"{why}{set_age}: change the age or the {attribute}")
    for one, other in combinations(wanted, 2):
        clashes = [pools.find_clash(a, b) for a, b in product(one, other)]
        if all(clashes):
            raise UserError(f"{clashes[0]}: change one of the two")


def _span(ages: range) -> str:
    return f"{ages[0]} to {ages[-1]}" if len(ages) > 1 else str(ages[0])


def _search(rng: random.Random, pools: Pools, age: int, slots: Sequence[Slot]) -> tuple[AttributeValue, ...]:
    """Returns a value for every slot, or nothing: depth first, leaving a branch as soon as a later slot has no value left."""
    steps = iter(range(STEPS))

    def fits(value: AttributeValue, chosen: Sequence[AttributeValue]) -> bool:
        return not pools.find_age_fault(value, age) and not any(pools.find_clash(value, other) for other in chosen)

    def fill(chosen: tuple[AttributeValue, ...], rest: Sequence[Slot]) -> tuple[AttributeValue, ...]:
        if not rest:
            return chosen
        if rest[0] is pools.values["gender"]:  # not set
            first = rng.choices(rest[0], list(GENDER_WEIGHTS.values()))[0]
            options = [first, *(value for value in rest[0] if value != first)]
        else:
            options = rng.sample(rest[0], len(rest[0]))
        for value in options:
            if next(steps, None) is None:
                return ()
            more = (*chosen, value)
            possible = fits(value, chosen) and all(any(fits(v, more) for v in slot) for slot in rest[1:])
            if possible and (found := fill(more, rest[1:])):
                return found
        return ()

    return fill((), slots)


def draw_birth_date(rng: random.Random, age: int, day: datetime.date) -> datetime.date:
    """Draws a date of birth uniformly among those that give an age on a day."""
    around = birthday(day, -age)
    possible = (around + datetime.timedelta(days=offset) for offset in range(-367, 2))
    return rng.choice([born for born in possible if age_on(born, day) == age])


def _draw_name(rng: random.Random, faker: Faker, gender: str, taken: Collection[str]) -> str:
    """Draws a name whose id is not taken."""
    faker.seed_instance(rng.randrange(2**32))
    for _ in range(ATTEMPTS):
        name = " ".join(str(getattr(faker, f"{part}_name_{gender}")()) for part in ("first", "last"))
        if len(slug(name)) < len(name) // 2:
            raise UserError(
                f"{faker.locales[0]} names such as '{name}' give no id in Latin letters: take another --locale or --set name=..."
            )
        if slug(name) not in taken:
            return name
    raise UserError(f"locale {faker.locales[0]} has too few names: take another --locale or fewer --count")


def sample_functions(rng: random.Random, first: Sequence[str] = ()) -> tuple[str, ...]:
    """Samples the order of the eight functions: `first` if set, a perceiving one, a judging one, then the rest shuffled."""
    order = [*first, *(rng.choice(group) for group in (PERCEIVING, JUDGING)[len(first) :])]
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
            raise UserError(f"personality_items.jsonl has {len(pool)} statements of {function} {rank}, {count} are needed")
        traits += [Trait(function, rank, text) for text in rng.sample(pool, count)]
    return tuple(traits)


def _check_names_and_dates(constraints: Constraints, day: datetime.date, taken: Collection[str]) -> Constraints:
    """Checks names and dates, and restricts the age to that of a given date of birth."""
    for name in constraints.names:
        if len(slug(name)) < 2:
            raise UserError(f"name '{name}' gives no id: it needs Latin letters")
        if slug(name) in taken:
            raise UserError(f"name '{name}' is taken by the character '{slug(name)}': set another")
    if not (text := constraints.texts.get("date_of_birth")):
        return constraints
    age = age_on(datetime.date.fromisoformat(text), day)
    if age not in (constraints.ages if constraints.age_given else range(MIN_AGE, MAX_AGE + 1)):
        why = "which is not the age that is set: drop one" if constraints.age_given else f"not of {MIN_AGE} to {MAX_AGE}"
        raise UserError(f"date_of_birth {text} makes an age of {age} on {day}, {why}")
    return dataclasses.replace(constraints, ages=range(age, age + 1), age_given=True)
