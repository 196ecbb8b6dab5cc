"""The personality that the user gives: an order of functions, and traits that are whole and fit it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.errors import UserError, unknown
from human_simulacra.rows import parse_row
from human_simulacra.types import FUNCTIONS, Trait
from human_simulacra.validation.completeness import JUDGING, PERCEIVING, TRAITS_A_RANK

SHOWN = 60  # characters of a statement in a sentence


def parse_function_order(key: str, given: Sequence[str]) -> tuple[str, ...]:
    """Returns functions in their order, or the first of it, as the paper writes them.

    Args:
        key: What gave them, for the sentence.
        given: The functions, in any case of letters.

    Raises:
        UserError: If one is unknown or there twice, or the order begins with others than it may.
    """
    named = {function.casefold(): function for function in FUNCTIONS}
    for function in given:
        if function.casefold() not in named:
            raise unknown("function", function, FUNCTIONS)
    found = tuple(named[function.casefold()] for function in given)
    if len(set(found)) != len(found):
        raise UserError(f"{key} {', '.join(found)} name one twice: each has one place in the order")
    if found[0] not in PERCEIVING or (len(found) > 1 and found[1] not in JUDGING):
        raise UserError(
            f"{key} {', '.join(found)} break the order: the first is one of {', '.join(PERCEIVING)}, "
            f"the second one of {', '.join(JUDGING)}"
        )
    return found


def parse_traits(given: Any, pools: Pools) -> tuple[Trait, ...]:
    """Reads traits and checks each of them; an empty list means none.

    Raises:
        UserError: If one is no statement of its function and rank in the pool, or is there twice.
    """
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise UserError("traits must be a list of objects with function, rank and text")
    traits: list[Trait] = []
    for number, row in enumerate(given, 1):
        where = f"traits, entry {number}"
        trait = parse_row(Trait, row, where)
        if trait.function not in FUNCTIONS:
            raise UserError(f"{where}: there is no function '{trait.function}', take one of {', '.join(FUNCTIONS)}")
        if not 1 <= trait.rank <= len(TRAITS_A_RANK):
            raise UserError(f"{where}: rank {trait.rank} is not possible, give 1 to {len(TRAITS_A_RANK)}")
        text = trait.text if len(trait.text) <= SHOWN else f"{trait.text[:SHOWN]}..."
        # Every prompt of the character holds its traits: only what the data folder's own pool has gets in.
        if trait.text not in pools.statements.get((trait.function, trait.rank), ()):
            raise UserError(
                f"{where}: {text!r} is no statement of {trait.function} at rank {trait.rank} in personality_items.jsonl: "
                "take one that is, or add it to your data folder's copy"
            )
        if trait in traits:
            raise UserError(f"{where}: {text!r} is there twice: keep one")
        traits.append(trait)
    return tuple(traits)


def infer_function_order(traits: Sequence[Trait], first: Sequence[str]) -> tuple[str, ...]:
    """Returns the order of the functions that whole traits give.

    Args:
        traits: All of a person's.
        first: The order, or the first of it, where it was given as well.

    Raises:
        UserError: If a rank has too few or too many traits or those of two functions, or `first` is another order.
    """
    order = []
    for rank, count in enumerate(TRAITS_A_RANK, 1):
        functions = [trait.function for trait in traits if trait.rank == rank]
        if len(set(functions)) > 1:
            raise UserError(f"traits of rank {rank} are of {' and '.join(sorted(set(functions)))}: each rank is one function's")
        if len(functions) != count:
            raise UserError(
                f"traits have {len(functions)} statements at rank {rank}, not {count}: give "
                f"{', '.join(map(str, TRAITS_A_RANK))} at ranks 1 to {len(TRAITS_A_RANK)}, or leave traits out to draw them"
            )
        order.append(functions[0])
    if list(first) != order[: len(first)]:
        raise UserError(
            f"functions {', '.join(first)} do not fit the traits, whose order is {', '.join(order)}: leave out one of the two"
        )
    return parse_function_order("functions of the traits", order)
