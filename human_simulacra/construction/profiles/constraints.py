"""The user's constraints on a profile: attributes that are fixed or restricted, and a personality, checked against the pools."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from human_simulacra.construction.lifetime import parse_date
from human_simulacra.construction.profiles.attribute_pools import GENDER_WEIGHTS, POOL_OF_KEY, AttributeValue, Pools
from human_simulacra.errors import UserError, unknown
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.types import FUNCTIONS, Character, Trait
from human_simulacra.validation.completeness_checks import JUDGING, PERCEIVING
from human_simulacra.validation.statement_checks import TRAITS_A_RANK

AGES = range(20, 56)  # the paper's
MIN_AGE, MAX_AGE = 18, 100
MAX_VALUES = 8
# What follows from other attributes: the id from the name, the dated sentences from the biography.
_DERIVED = ("id", "biography_dated")
KEYS = [f.name for f in fields(Character) if f.name not in _DERIVED]
_LISTS = ("hobbies", "short_term_goals")


@dataclass(frozen=True)
class Constraints:
    """Constraints on a profile."""

    ages: range = AGES  # that may be drawn
    values: Mapping[str, tuple[tuple[AttributeValue, ...], ...]] = field(default_factory=dict)  # alternatives of each, by pool
    functions: tuple[str, ...] = ()  # the beginning of their order
    traits: tuple[Trait, ...] = ()  # all or none
    names: tuple[str, ...] = ()  # alternatives
    texts: Mapping[str, str] = field(default_factory=dict)  # dates and biography as given
    age_given: bool = False  # by the user


def parse_settings(given: Iterable[str]) -> dict[str, Any]:
    """Parses `KEY=VALUE` settings of the command line.

    Raises:
        UserError: If a setting has another form, or a key is repeated.
    """
    found: dict[str, Any] = {}
    for setting in given:
        key, equals, value = setting.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or not key or not value:
            raise UserError(f"--set {setting!r} is not KEY=VALUE, for instance --set occupation='bus driver'")
        if key in found:
            raise UserError(f"--set {key} is given twice: keep one ('a|b' means either, lists take commas)")
        found[key] = value
    return found


def read_profile(path: Path) -> dict[str, Any]:
    """Reads a profile from a file with one JSON object, such as a .jsonl file with one line; `id` is ignored.

    Raises:
        UserError: If the file is missing or has other content.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise UserError(f"--from {path} does not exist or cannot be read: give a file with a profile") from None
    except ValueError as error:
        raise UserError(f"{path} is no JSON of one profile ({error}): correct it") from None
    if not isinstance(row, dict):
        raise UserError(f"{path} must hold one profile, an object with some of {', '.join(KEYS)}")
    return {key: value for key, value in row.items() if key not in _DERIVED}


def parse_constraints(settings: Mapping[str, Any], pools: Pools) -> Constraints:
    """Parses settings, values by attribute of the profile, into constraints.

    Raises:
        UserError: If an attribute is unknown or a value invalid.
    """
    for key in settings:
        if key not in KEYS:
            raise UserError("the id follows from the name: set the name") if key == "id" else unknown("attribute", key, KEYS)
    texts = {key: parse_date(key, settings[key]).isoformat() for key in ("date_of_birth", "reference_date") if key in settings}
    if settings.get("biography", "") != "":  # a picked profile has an empty one
        texts["biography"] = _text("biography", settings["biography"])
    functions = _function_order(_list("functions", settings["functions"])) if "functions" in settings else ()
    traits = _traits(settings.get("traits", []), pools)
    return Constraints(
        ages=_ages(settings["age"]) if "age" in settings else AGES,
        values={POOL_OF_KEY[key]: _values(key, given, pools) for key, given in settings.items() if key in POOL_OF_KEY},
        functions=_infer_function_order(traits, functions) if traits else functions,
        traits=traits,
        names=_either("name", settings["name"]) if "name" in settings else (),
        texts=texts,
        age_given="age" in settings,
    )


def _text(key: str, given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise UserError(f"{key} must be a text, not {given!r}")
    return given.strip()


def _either(key: str, given: Any) -> tuple[str, ...]:
    """Returns the alternatives of `a|b`."""
    text = _text(key, given)
    found = tuple(part.strip() for part in text.split("|") if part.strip())
    if not found:
        raise UserError(f"{key} {text!r} names nothing: write a value, or 'a|b' for either")
    return found


def _list(key: str, given: Any) -> list[str]:
    items = given.split(",") if isinstance(given, str) else given
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_VALUES:
        raise UserError(f"{key} must be a list of 1 to {MAX_VALUES} values, not {given!r}")
    return [_text(key, item) for item in items]


def _values(key: str, given: Any, pools: Pools) -> tuple[tuple[AttributeValue, ...], ...]:
    """Returns the alternatives of each value of an attribute."""
    pool = POOL_OF_KEY[key]
    items = _list(key, given) if key in _LISTS else [given]
    wanted = tuple(tuple(pools.find_value(pool, part) for part in _either(key, item)) for item in items)
    for value in (value for alternatives in wanted for value in alternatives):
        if pool == "gender" and value.value not in GENDER_WEIGHTS:
            raise unknown("gender", value.value, GENDER_WEIGHTS)
    return wanted


def _ages(given: Any) -> range:
    match = re.fullmatch(r"\s*(\d{1,3})\s*(?:[-–]\s*(\d{1,3}))?\s*", str(given))
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not MIN_AGE <= first <= last <= MAX_AGE:
        raise UserError(
            f"age {given} is not possible: give {MIN_AGE} to {MAX_AGE}, or a range such as 30-40 (the younger age first)"
        )
    return range(first, last + 1)


def _function_order(given: Sequence[str]) -> tuple[str, ...]:
    """Returns an order of functions, or its beginning, in the paper's spelling: a perceiving one first, then a judging one."""
    named = {function.casefold(): function for function in FUNCTIONS}
    found = tuple(named.get(function.casefold(), function) for function in given)
    for function in found:
        if function not in FUNCTIONS:
            raise unknown("function", function, FUNCTIONS)
    in_order = all(function in group for function, group in zip(found, (PERCEIVING, JUDGING), strict=False))
    if not in_order or len(set(found)) != len(found):
        raise UserError(
            f"functions {', '.join(found)} break the order or name one twice: the first is one of {', '.join(PERCEIVING)}, "
            f"the second one of {', '.join(JUDGING)}"
        )
    return found


def _traits(given: Any, pools: Pools) -> tuple[Trait, ...]:
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise UserError(
            "traits must be a list of objects with function, rank and text, as --from FILE of tools/generate_profiles.py reads "
            "them: correct them in the file, or leave them out"
        )
    traits: list[Trait] = []
    for number, row in enumerate(given, 1):
        where = f"traits, entry {number}"
        trait = parse_row(Trait, row, where)
        # Traits are part of every prompt of the character, so only texts of the data folder's own pool are accepted.
        if trait.text not in pools.statements.get((trait.function, trait.rank), ()):
            raise UserError(
                f"{where}: {trait.text!r} is no statement of {trait.function} at rank {trait.rank} in "
                "personality_items.jsonl: take one that is, or add it to your data folder's copy"
            )
        if trait in traits:
            raise UserError(f"{where}: {trait.text!r} is there twice: keep one")
        traits.append(trait)
    return tuple(traits)


def _infer_function_order(traits: Sequence[Trait], first: Sequence[str]) -> tuple[str, ...]:
    """Infers the order of the functions from all traits of a person; `first` is the order, or its beginning, if it was given."""
    order = list(dict.fromkeys(trait.function for trait in sorted(traits, key=lambda trait: trait.rank)))
    ranked = zip(order, TRAITS_A_RANK, strict=False)
    if Counter((trait.function, trait.rank) for trait in traits) != {(f, rank): n for rank, (f, n) in enumerate(ranked, 1)}:
        raise UserError(
            f"traits must be {', '.join(map(str, TRAITS_A_RANK))} statements at ranks 1 to 8, where each rank is one function's: "
            "correct them, or leave them out to draw them"
        )
    if list(first) != order[: len(first)]:
        raise UserError(
            f"functions {', '.join(first)} do not fit the traits, whose order is {', '.join(order)}: leave out one of the two"
        )
    return _function_order(order)
