"""Changes of profile attributes: age and date of birth stay consistent, and incompatible values are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from human_simulacra.construction.editing.edit_request import LISTS, EditRequest
from human_simulacra.construction.profiles.attribute_pools import POOL_OF_KEY, Pools
from human_simulacra.construction.profiles.birth_dates import birthday, parse_date
from human_simulacra.construction.profiles.constraints import MAX_AGE, MAX_VALUES, MIN_AGE
from human_simulacra.errors import UserError, unknown
from human_simulacra.life_dates import age_on
from human_simulacra.types import Character


def edit_profile(character: Character, request: EditRequest, pools: Pools) -> Character:
    """Returns the profile after a change.

    Raises:
        UserError: If a value is invalid or incompatible with the rest of the profile; the message says why.
    """
    wanted: dict[str, Any] = {}
    for key, value in request.sets:
        if key in ("age", "date_of_birth", "biography"):
            wanted[key] = value
        elif key in LISTS:
            wanted[key] = tuple(_known(pools, key, part.strip()) for part in value.split(",") if part.strip())
        else:
            wanted[key] = _known(pools, key, value)
    for key, value in request.adds:
        entry = _known(pools, key, value)
        wanted[key] = (*wanted.get(key, getattr(character, key)), entry)
    after = replace(character, **{**wanted, **_dates(character, wanted)})
    _check(character, after, pools)
    return after


def _known(pools: Pools, key: str, text: str) -> str:
    """Returns a value in the pool's spelling; other values are kept, except of gender, education and family.

    Raises:
        UserError: If a gender, education or family is not in its pool.
    """
    value = pools.find_value(POOL_OF_KEY[key], text)
    if key in ("gender", "education", "family") and not pools.contains(value):
        raise unknown(key, text, [v.value for v in pools.values[POOL_OF_KEY[key]]])
    return value.value


def _dates(character: Character, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Returns a consistent age and date of birth: the one that is not given follows from the other."""
    if "age" not in wanted and "date_of_birth" not in wanted:
        return {}
    day = parse_date("reference_date", character.reference_date)
    born = parse_date("date_of_birth", wanted.get("date_of_birth", character.date_of_birth))
    if "age" in wanted and not wanted["age"].isdigit():
        raise UserError(f"age '{wanted['age']}' is no age: give a number of years")
    age = int(wanted["age"]) if "age" in wanted else age_on(born, day)
    if not MIN_AGE <= age <= MAX_AGE:
        raise UserError(f"an age of {age} on {day} is not possible: characters are {MIN_AGE} to {MAX_AGE}")
    if "date_of_birth" in wanted and age != age_on(born, day):
        raise UserError(f"born {born}, the age on {day} is {age_on(born, day)}, not {age}: set one of the two")
    return {"age": age, "date_of_birth": birthday(born, age_on(born, day) - age).isoformat()}


def _check(before: Character, after: Character, pools: Pools) -> None:
    """Raises a UserError for incompatible values, unless they were together before."""
    for key in LISTS:
        entries = [entry.casefold() for entry in getattr(after, key)]
        if doubled := next((entry for entry in entries if entries.count(entry) > 1), None):
            raise UserError(f"{key} would have '{doubled}' twice: leave it out")
        if not 0 < len(entries) <= MAX_VALUES:
            raise UserError(f"{key} would have {len(entries)} entries: give 1 to {MAX_VALUES}")
    old, new = set(pools.find_character_values(before)), pools.find_character_values(after)
    for value in new:
        why = pools.find_age_fault(value, after.age)
        if why and (value not in old or after.age != before.age):
            raise UserError(f"{why}: change one of the two")
    for one, other in combinations(new, 2):
        if not {one, other} <= old and (why := pools.find_clash(one, other)):
            raise UserError(f"{why}: change one of the two")
