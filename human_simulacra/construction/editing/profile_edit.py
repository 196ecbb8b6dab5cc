"""The change of a profile that a user requests: it is parsed, age and birth stay in step, and incompatible values are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from human_simulacra.construction.lifetime import birthday, parse_date
from human_simulacra.construction.profiles.attribute_pools import POOL_OF_KEY, Pools
from human_simulacra.construction.profiles.constraints import MAX_AGE, MAX_VALUES, MIN_AGE
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.errors import UserError, unknown
from human_simulacra.life_dates import age_on
from human_simulacra.types import Character, DatedSentence
from human_simulacra.validation.years_and_ages import years

LISTS = {"hobby": "hobbies", "short_term_goal": "short_term_goals"}  # by the name of one entry, which is understood as well
EDITABLE = (
    "age", "date_of_birth", "gender", "occupation", "education", "family", "long_term_goal", "biography", *LISTS.values()
)  # fmt: skip
FIXED = ("name", "id", "functions", "traits", "reference_date")  # what the rest of a character is made from


@dataclass(frozen=True)
class EditRequest:
    """A change: `(key, value)` pairs to set, list entries to add, and an experience with its year if given."""

    sets: tuple[tuple[str, str], ...] = ()
    adds: tuple[tuple[str, str], ...] = ()
    experience: str = ""
    year: int | None = None

    def __str__(self) -> str:
        parts = [f"set {key}={value}" for key, value in self.sets] + [f"add {key}={value}" for key, value in self.adds]
        told = f"experience{f' of {self.year}' if self.year else ''}: {self.experience}"
        return "; ".join([*parts, told] if self.experience else parts)


def parse_request(sets: Sequence[str], adds: Sequence[str], experience: str | None, year: int | None) -> EditRequest:
    """Parses the options of `tools/edit_character.py`; `sets` and `adds` are KEY=VALUE, where lists to set take commas.

    Raises a UserError if no change is requested, or one is invalid.
    """
    if experience is None and year is not None:
        raise UserError("--year goes with --experience: say what happened in that year")
    if experience is not None and not experience.strip():
        raise UserError("--experience is empty: give it a sentence or more")
    set_pairs = tuple(_pair("--set", text) for text in sets)
    add_pairs = tuple(_pair("--add", text) for text in adds)
    for key, _ in add_pairs:
        if key not in LISTS.values():
            raise UserError(f"--add {key} is not possible: only {' and '.join(LISTS.values())} are lists, use --set {key}=...")
        if key in dict(set_pairs):
            raise UserError(f"{key} is both set and added to: put all entries into --set {key}=..., separated by commas")
    if len(dict(set_pairs)) < len(set_pairs):
        raise UserError("an attribute is set twice: keep one")
    if not set_pairs and not add_pairs and experience is None:
        raise UserError("nothing to change: give --set, --add or --experience, or --undo or --history")
    return EditRequest(set_pairs, add_pairs, experience or "", year)


def _pair(option: str, text: str) -> tuple[str, str]:
    key, _, value = (part.strip() for part in text.partition("="))
    key = LISTS.get(key, key)
    if not value:
        instance = "hobbies=rowing" if option == "--add" else "age=41"
        raise UserError(f"{option} {text!r} is not KEY=VALUE, for instance {option} {instance}")
    if key in FIXED:
        raise UserError(f"{key} cannot be changed, since the rest follows from it: make a new character")
    if "|" in value and key != "biography":
        raise UserError(f"{option} {key} leaves a choice, but a character has one value: give one; lists take commas")
    if key not in EDITABLE:
        raise unknown("attribute", key, EDITABLE)
    return key, value


def edit_profile(character: Character, request: EditRequest, pools: Pools) -> Character:
    """Returns the profile after a change; raises a UserError for a value that is invalid or does not go with the rest."""
    wanted: dict[str, Any] = {}
    for key, value in request.sets:
        entries = tuple(_known(pools, key, part.strip()) for part in value.split(",") if part.strip())
        wanted[key] = entries if key in LISTS.values() else _known(pools, key, value)
    for key, value in request.adds:
        wanted[key] = (*wanted.get(key, getattr(character, key)), _known(pools, key, value))
    if "biography" in wanted:
        wanted["biography_dated"] = redate_biography(character.biography_dated, wanted["biography"])
    after = replace(character, **{**wanted, **_dates(character, wanted)})
    _check(character, after, pools)
    return after


def _known(pools: Pools, key: str, text: str) -> str:
    """Returns a value in its pool's spelling, if it has one; raises a UserError for an unknown gender, education or family."""
    if key not in POOL_OF_KEY:
        return text
    value = pools.find_value(POOL_OF_KEY[key], text)
    if key in ("gender", "education", "family") and not pools.contains(value):
        raise unknown(key, text, [v.value for v in pools.values[POOL_OF_KEY[key]]])
    return value.value


def _dates(character: Character, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Returns a consistent age and date of birth: the one that is not given follows from the other."""
    if "age" not in wanted and "date_of_birth" not in wanted:
        return {}
    if "age" in wanted and "date_of_birth" in wanted:
        raise UserError("age and date_of_birth follow from each other: set one of the two")
    day = parse_date("reference_date", character.reference_date)
    born = parse_date("date_of_birth", wanted.get("date_of_birth", character.date_of_birth))
    if not wanted.get("age", "0").isdigit():
        raise UserError(f"age '{wanted['age']}' is no age: give a number of years")
    reached = age_on(born, day)
    age = int(wanted.get("age", reached))
    if not MIN_AGE <= age <= MAX_AGE:
        raise UserError(f"an age of {age} on {day} is not possible: characters are {MIN_AGE} to {MAX_AGE}")
    return {"age": age, "date_of_birth": birthday(born, reached - age).isoformat()}


def _check(before: Character, after: Character, pools: Pools) -> None:
    """Raises a UserError for incompatible values, unless they were together before."""
    for key in LISTS.values():
        entries = [entry.casefold() for entry in getattr(after, key)]
        if doubled := next((entry for entry in entries if entries.count(entry) > 1), None):
            raise UserError(f"{key} would have '{doubled}' twice: leave it out")
        if not 0 < len(entries) <= MAX_VALUES:
            raise UserError(f"{key} would have {len(entries)} entries: give 1 to {MAX_VALUES}")
    old, new = set(pools.find_character_values(before)), pools.find_character_values(after)
    changed = (value for value in new if value not in old or after.age != before.age)
    clashes = (pools.find_clash(one, other) for one, other in combinations(new, 2) if not {one, other} <= old)
    if why := next(filter(None, (*(pools.find_age_fault(value, after.age) for value in changed), *clashes)), None):
        raise UserError(f"{why}: change one of the two")


def redate_biography(dated: Sequence[DatedSentence], biography: str) -> tuple[DatedSentence, ...]:
    """Returns the dated sentences of a changed biography; an undated one stays undated.

    A new sentence has the year of the one after it, or the latest that it names: no earlier state of the life tells it.
    """
    known, found = {sentence.text: sentence.year for sentence in dated}, list(dated[-1:])
    for text in reversed(split_sentences(biography) if dated else ()):
        found.append(DatedSentence(known.get(text, max([found[-1].year, *years(text)])), text))
    return tuple(reversed(found[1:]))
