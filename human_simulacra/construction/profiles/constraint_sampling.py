"""Drawing one person's attributes so that all go together: a search that looks ahead, and says what cannot be."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from human_simulacra.construction.profiles.attribute_pools import GENDER_WEIGHTS, POOL_OF_KEY, AttributeValue, Pools
from human_simulacra.construction.profiles.constraints import Constraints, count_values
from human_simulacra.errors import UserError

STEPS = 5000


@dataclass(frozen=True)
class SampledAttributes:
    """An age and the values that go with it and with each other, those that were wished for first."""

    age: int
    values: tuple[AttributeValue, ...]

    def all(self, attribute: str) -> tuple[str, ...]:
        """Returns all values of an attribute."""
        return tuple(value.value for value in self.values if value.attribute == attribute)

    def one(self, attribute: str) -> str:
        """Returns the value of an attribute that has only one."""
        return self.all(attribute)[0]


@dataclass(frozen=True)
class _Slot:
    """A place that needs a value, of these."""

    attribute: str
    options: tuple[AttributeValue, ...]
    wished: bool


def sample_attributes(rng: random.Random, pools: Pools, wishes: Constraints) -> SampledAttributes:
    """Draws a person evenly over ages, then over the values that still fit.

    Raises:
        UserError: If nobody can have all that is wished for; the sentence names two wishes that conflict where two do.
    """
    slots = _slots(pools, wishes)
    wished = [slot for slot in slots if slot.wished]
    check_constraints(pools, wishes, wished)
    ages = list(wishes.ages)
    rng.shuffle(ages)
    for age in ages:
        found = _Search(rng, pools, age).fill((), slots)
        if found is not None:
            return SampledAttributes(age, found)
    named = " with ".join(str(slot.options[0]) for slot in wished if len(slot.options) == 1)
    raise UserError(f"nobody aged {_span(wishes.ages)} can have {named or 'what is set'}: change or leave out one of them")


def _slots(pools: Pools, wishes: Constraints) -> list[_Slot]:
    """Returns the places to fill: what is wished for first, the most bound first among the rest."""
    wished = [_Slot(pool, options, True) for pool, given in wishes.values.items() for options in given]
    free = [
        _Slot(pool, pools.of[pool], False)
        for pool in POOL_OF_KEY.values()
        for _ in range(count_values(pool, wishes) - len(wishes.values.get(pool, ())))
    ]
    return sorted(wished, key=lambda slot: len(slot.options)) + free


def check_constraints(pools: Pools, wishes: Constraints, wished: Sequence[_Slot]) -> None:
    """Raises a UserError for a wish that no age allows, and for two that never go together."""
    for slot in wished:
        whys = [pools.too_young_or_old(value, age) for value in slot.options for age in wishes.ages]
        if all(whys):
            set_age = "" if wishes.age_given else f" (ages are {_span(wishes.ages)} unless set)"
            why = pools.too_young_or_old(slot.options[0], wishes.ages[-1])
            raise UserError(f"{why}{set_age}: change the age or the {slot.attribute.replace('_', ' ')}")
    for one, other in combinations(wished, 2):
        clashes = [pools.clash(a, b) for a, b in product(one.options, other.options)]
        if all(clashes):
            raise UserError(f"{clashes[0]}: change one of the two")


def _span(ages: range) -> str:
    return f"{ages[0]} to {ages[-1]}" if len(ages) > 1 else str(ages[0])


class _Search:
    """A depth-first search over the places, which leaves a branch as soon as a later place has too few values left."""

    def __init__(self, rng: random.Random, pools: Pools, age: int) -> None:
        self._rng, self._pools, self._age = rng, pools, age
        self._steps = 0

    def fill(self, chosen: tuple[AttributeValue, ...], slots: Sequence[_Slot]) -> tuple[AttributeValue, ...] | None:
        """Returns `chosen` with a value for every slot, or None."""
        if not slots:
            return chosen
        for value in self._shuffled(slots[0]):
            self._steps += 1
            if self._steps > STEPS:
                return None
            if self._fits(value, chosen) and self._open((*chosen, value), slots[1:]):
                found = self.fill((*chosen, value), slots[1:])
                if found is not None:
                    return found
        return None

    def _shuffled(self, slot: _Slot) -> Iterator[AttributeValue]:
        if slot.attribute == "gender" and not slot.wished:
            weights = [GENDER_WEIGHTS[value.value] for value in slot.options]
            first = self._rng.choices(slot.options, weights)[0]
            return iter([first, *(value for value in slot.options if value != first)])
        return iter(self._rng.sample(slot.options, len(slot.options)))

    def _fits(self, value: AttributeValue, chosen: Sequence[AttributeValue]) -> bool:
        return not self._pools.too_young_or_old(value, self._age) and not any(self._pools.clash(value, c) for c in chosen)

    def _open(self, chosen: Sequence[AttributeValue], slots: Sequence[_Slot]) -> bool:
        return all(any(self._fits(value, chosen) for value in slot.options) for slot in slots)
