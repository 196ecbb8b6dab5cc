"""Validation of a personality given by the user: the order of the eight functions, and traits that fit it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.errors import UserError, unknown
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.types import FUNCTIONS, Trait
from human_simulacra.validation.completeness_checks import JUDGING, PERCEIVING
from human_simulacra.validation.statement_checks import TRAITS_A_RANK

SHOWN = 60  # characters of a statement in a sentence


def parse_function_order(key: str, given: Sequence[str]) -> tuple[str, ...]:
    """Parses an order of functions, or its beginning, in any case of letters, into the paper's spelling; errors name `key`.

    Raises:
        UserError: If a function is unknown or repeated, or the order does not begin with a perceiving, then a judging one.
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
    """Parses a list of objects with function, rank and text, which may be empty, and checks each of them.

    Raises:
        UserError: If a trait is not in the pool of its function and rank, or is repeated.
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
        # Traits are part of every prompt of the character, so only texts of the data folder's own pool are accepted.
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
    """Infers the order of the functions from all traits of a person; `first` is the order, or its beginning, if it was given.

    Raises:
        UserError: If a rank has a wrong number of traits or traits of two functions, or `first` is another order.
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
