"""Sampling of compatible attributes under constraints: a depth-first search with forward checking."""

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
    """An age and values that are compatible with it and with each other, constrained ones first."""

    age: int
    values: tuple[AttributeValue, ...]

    def all_values(self, attribute: str) -> tuple[str, ...]:
        """Returns all values of an attribute."""
        return tuple(value.value for value in self.values if value.attribute == attribute)

    def one_value(self, attribute: str) -> str:
        """Returns the value of an attribute with one value."""
        return self.all_values(attribute)[0]


@dataclass(frozen=True)
class _Slot:
    """A variable of the search with its possible values."""

    attribute: str
    options: tuple[AttributeValue, ...]
    constrained: bool


def sample_attributes(rng: random.Random, pools: Pools, constraints: Constraints) -> SampledAttributes:
    """Samples an age uniformly, then values uniformly among those that remain compatible.

    Raises:
        UserError: If the constraints cannot be satisfied; the message names two that conflict if there are such.
    """
    slots = _slots(pools, constraints)
    constrained = [slot for slot in slots if slot.constrained]
    check_constraints(pools, constraints, constrained)
    ages = list(constraints.ages)
    rng.shuffle(ages)
    for age in ages:
        found = _Search(rng, pools, age).fill((), slots)
        if found is not None:
            return SampledAttributes(age, found)
    named = " with ".join(str(slot.options[0]) for slot in constrained if len(slot.options) == 1)
    raise UserError(f"nobody aged {_span(constraints.ages)} can have {named or 'what is set'}: change or leave out one of them")


def _slots(pools: Pools, constraints: Constraints) -> list[_Slot]:
    """Returns the variables in the order of the search: the most constrained first."""
    constrained = [_Slot(pool, options, True) for pool, given in constraints.values.items() for options in given]
    free = [
        _Slot(pool, pools.values[pool], False)
        for pool in POOL_OF_KEY.values()
        for _ in range(count_values(pool, constraints) - len(constraints.values.get(pool, ())))
    ]
    return sorted(constrained, key=lambda slot: len(slot.options)) + free


def check_constraints(pools: Pools, constraints: Constraints, constrained: Sequence[_Slot]) -> None:
    """Checks constraints one by one against the ages, then in pairs.

    Raises:
        UserError: If no age allows a value, or two values are incompatible.
    """
    for slot in constrained:
        whys = [pools.find_age_fault(value, age) for value in slot.options for age in constraints.ages]
        if all(whys):
            set_age = "" if constraints.age_given else f" (ages are {_span(constraints.ages)} unless set)"
            why = pools.find_age_fault(slot.options[0], constraints.ages[-1])
            raise UserError(f"{why}{set_age}: change the age or the {slot.attribute.replace('_', ' ')}")
    for one, other in combinations(constrained, 2):
        clashes = [pools.find_clash(a, b) for a, b in product(one.options, other.options)]
        if all(clashes):
            raise UserError(f"{clashes[0]}: change one of the two")


def _span(ages: range) -> str:
    return f"{ages[0]} to {ages[-1]}" if len(ages) > 1 else str(ages[0])


class _Search:
    """A depth-first search that abandons a branch as soon as a later variable has no value left."""

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
            more = (*chosen, value)
            if self._fits(value, chosen) and all(any(self._fits(v, more) for v in slot.options) for slot in slots[1:]):
                found = self.fill(more, slots[1:])
                if found is not None:
                    return found
        return None

    def _shuffled(self, slot: _Slot) -> Iterator[AttributeValue]:
        if slot.attribute == "gender" and not slot.constrained:
            weights = [GENDER_WEIGHTS[value.value] for value in slot.options]
            first = self._rng.choices(slot.options, weights)[0]
            return iter([first, *(value for value in slot.options if value != first)])
        return iter(self._rng.sample(slot.options, len(slot.options)))

    def _fits(self, value: AttributeValue, chosen: Sequence[AttributeValue]) -> bool:
        return not self._pools.find_age_fault(value, self._age) and not any(self._pools.find_clash(value, c) for c in chosen)
