"""The user's constraints on a profile: attributes that are fixed, or restricted to alternatives or an age range."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from human_simulacra.construction.profiles.attribute_pools import POOL_OF_KEY, VALUES_PER_POOL, AttributeValue, Pools
from human_simulacra.construction.profiles.personality_constraints import infer_function_order, parse_function_order, parse_traits
from human_simulacra.errors import UserError, unknown
from human_simulacra.jsonl_rows import read_jsonl
from human_simulacra.types import Character, Trait

AGES = (20, 55)  # the paper's
MIN_AGE, MAX_AGE = 18, 100
MAX_VALUES = 8
# What follows from other attributes: the id from the name, the dated sentences from the biography.
_DERIVED = ("id", "biography_dated")
KEYS = [f.name for f in dataclasses.fields(Character) if f.name not in _DERIVED]
_LISTS = ("hobbies", "short_term_goals", "functions")
_DATES = ("date_of_birth", "reference_date")


@dataclass(frozen=True)
class Constraints:
    """Constraints on a profile.

    Attributes:
        ages: The ages that may be drawn.
        values: For each pool, the alternatives of each required value.
        functions: The beginning of the order of functions.
        traits: All traits, or none.
        names: Alternative names.
        texts: Dates and biography as given.
        age_given: Whether the user set the age.
    """

    ages: range = range(AGES[0], AGES[1] + 1)
    values: Mapping[str, tuple[tuple[AttributeValue, ...], ...]] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    traits: tuple[Trait, ...] = ()
    names: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    age_given: bool = False


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
        if key == "traits":
            raise UserError("--set traits is not possible: traits are drawn from the functions, or read with --from FILE")
        found[key] = value
    return found


def read_profile(path: Path) -> dict[str, Any]:
    """Reads a profile from a .json file with one object or a .jsonl file with one line; `id` is ignored.

    Raises:
        UserError: If the file is missing or has other content.
    """
    if path.suffix == ".jsonl":
        rows = [row for _, row in read_jsonl(path)] if path.is_file() else None
        row = rows[0] if rows and len(rows) == 1 else rows
    else:
        try:
            row = json.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else None
        except ValueError as error:
            raise UserError(f"{path} is no JSON ({error}): correct it") from None
    if row is None:
        raise UserError(f"--from {path} does not exist: give a .json or .jsonl file with a profile")
    if not isinstance(row, dict):
        raise UserError(f"{path} must hold one profile, an object with some of {', '.join(KEYS)}")
    return {key: value for key, value in row.items() if key not in _DERIVED}


def parse_constraints(settings: Mapping[str, Any], pools: Pools) -> Constraints:
    """Parses settings, values by attribute of the profile, into constraints.

    Raises:
        UserError: If an attribute is unknown or a value invalid.
    """
    values, texts = {}, {}
    names: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    traits: tuple[Trait, ...] = ()
    ages = Constraints.ages
    for key, given in settings.items():
        if key not in KEYS:
            raise UserError("the id follows from the name: set the name") if key == "id" else unknown("attribute", key, KEYS)
        if key == "age":
            ages = _ages(given)
        elif key == "traits":
            traits = parse_traits(given, pools)
        elif key == "functions":
            functions = parse_function_order(key, _list(key, given))
        elif key == "name":
            names = _either(key, _text(key, given))
        elif key in _DATES:
            texts[key] = _date(key, given)
        elif key == "biography":
            # A picked profile has an empty biography; '|' does not separate alternatives here.
            texts |= {} if given == "" else {key: _text(key, given)}
        else:
            values[POOL_OF_KEY[key]] = _values(key, given, pools)
    if traits:
        functions = infer_function_order(traits, functions)
    return Constraints(ages, values, functions, traits, names, texts, "age" in settings)


def _text(key: str, given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise UserError(f"{key} must be a text, not {given!r}")
    return given.strip()


def _either(key: str, text: str) -> tuple[str, ...]:
    """Returns the alternatives of `a|b`."""
    found = tuple(part.strip() for part in text.split("|") if part.strip())
    if not found:
        raise UserError(f"{key} {text!r} names nothing: write a value, or 'a|b' for either")
    return found


def _date(key: str, given: Any) -> str:
    text = _text(key, given)
    if "|" in text:
        raise UserError(f"{key} {text!r} is more than one date: give one, as YYYY-MM-DD")
    return text


def _list(key: str, given: Any) -> list[str]:
    items = given.split(",") if isinstance(given, str) else given
    if not isinstance(items, list) or not items:
        raise UserError(f"{key} must be a list, not {given!r}")
    found = [_text(key, item) for item in items]
    if len(found) > MAX_VALUES:
        raise UserError(f"{key} has {len(found)} entries, at most {MAX_VALUES} are possible")
    return found


def _values(key: str, given: Any, pools: Pools) -> tuple[tuple[AttributeValue, ...], ...]:
    items = _list(key, given) if key in _LISTS else [_text(key, given)]
    pool = POOL_OF_KEY[key]
    wanted = tuple(tuple(pools.find_value(pool, part) for part in _either(key, item)) for item in items)
    if pool == "gender":
        for value in (value for alternatives in wanted for value in alternatives if not pools.contains(value)):
            raise unknown("gender", value.value, [v.value for v in pools.values["gender"]])
    return wanted


def count_values(pool: str, constraints: Constraints) -> int:
    """Returns how many values of a pool a person gets: the usual number, or as many as were set if more."""
    return max(VALUES_PER_POOL.get(pool, 1), len(constraints.values.get(pool, ())))


def _ages(given: Any) -> range:
    match = re.fullmatch(r"\s*(\d{1,3})\s*(?:[-–]\s*(\d{1,3}))?\s*", str(given)) if not isinstance(given, bool) else None
    if match is None:
        raise UserError(f"age {given!r} is no age: give a number or a range such as 30-40")
    first, last = int(match[1]), int(match[2] or match[1])
    if not MIN_AGE <= first <= last <= MAX_AGE:
        raise UserError(f"age {given} is not possible: characters are {MIN_AGE} to {MAX_AGE}, the younger age first")
    return range(first, last + 1)
