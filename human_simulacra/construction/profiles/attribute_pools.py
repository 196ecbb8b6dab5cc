"""The attribute pools of a data folder, and which values are compatible.

`attributes.jsonl` has the values with their ages and minimum education, `constraints.jsonl` pairs of values that exclude each
other, `personality_items.jsonl` the statements that describe a function at a rank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.library import packaged_path
from human_simulacra.shared_items import Statement
from human_simulacra.types import Character

# The pool of each sampled attribute, and how many values of it a person has if not one.
POOL_OF_KEY = {
    "gender": "gender", "occupation": "occupation", "education": "education", "family": "family",
    "long_term_goal": "long_term_goal", "short_term_goals": "short_term_goal", "hobbies": "hobby",
}  # fmt: skip
VALUES_PER_POOL = {"short_term_goal": 3, "hobby": 3}
KEY_OF_POOL = {pool: key for key, pool in POOL_OF_KEY.items()}
# One person in thirteen is nonbinary, about the share among the dataset's characters.
GENDER_WEIGHTS = {"female": 6, "male": 6, "nonbinary": 1}


@dataclass(frozen=True)
class AttributeValue:
    """A value of an attribute with its age range and minimum education; None means no limit."""

    attribute: str
    value: str
    min_age: int | None = None
    max_age: int | None = None
    min_education: str | None = None

    def __str__(self) -> str:
        return f"{KEY_OF_POOL.get(self.attribute, self.attribute)} '{self.value}'"


@dataclass(frozen=True)
class _Exclusion:
    if_attribute: str
    if_value: str
    not_attribute: str
    not_value: str
    why: str


@dataclass(frozen=True)
class Pools:
    """The values and personality statements that profiles are sampled from."""

    values: Mapping[str, Sequence[AttributeValue]]  # of each attribute in order, education in ascending order
    exclusions: Mapping[frozenset[tuple[str, str]], str]  # why two values exclude each other, by their (attribute, value)
    statements: Mapping[tuple[str, int], Sequence[str]]  # of personality, by (function, rank)

    def find_value(self, attribute: str, text: str) -> AttributeValue:
        """Returns a value of a pool in any case of letters; a text that is not in it becomes a value without limits."""
        known = {value.value.casefold(): value for value in self.values.get(attribute, ())}
        return known.get(text.casefold()) or AttributeValue(attribute, text)

    def find_character_values(self, character: Character) -> list[AttributeValue]:
        """Returns a character's attributes as values of the pools."""
        held = [(pool, getattr(character, key)) for key, pool in POOL_OF_KEY.items()]
        return [self.find_value(pool, v) for pool, given in held for v in (given if isinstance(given, tuple) else (given,))]

    def contains(self, value: AttributeValue) -> bool:
        """Returns whether a value is in its pool."""
        return value in self.values[value.attribute]

    def education_level(self, education: str | None) -> int | None:
        """Returns the level of an education, from 0; None if it is not in the pool."""
        levels = [value.value for value in self.values["education"]]
        return levels.index(education) if education in levels else None

    def find_clash(self, one: AttributeValue, other: AttributeValue) -> str | None:
        """Returns why two values are incompatible, or None; their order does not matter."""
        if one.attribute == other.attribute and one.value == other.value:
            return f"{one} is there twice"
        for value, education in ((one, other), (other, one)):
            if education.attribute == "education" and value.min_education is not None:
                have, need = self.education_level(education.value), self.education_level(value.min_education)
                if have is not None and need is not None and have < need:
                    return f"{value} needs '{value.min_education}' or more, not {education}"
        why = self.exclusions.get(frozenset({(one.attribute, one.value), (other.attribute, other.value)}))
        return f"{one} does not go with {other} ({why})" if why else None

    def find_age_fault(self, value: AttributeValue, age: int) -> str | None:
        """Returns why a value does not fit an age, or None."""
        if (value.min_age or 0) <= age and (value.max_age is None or age <= value.max_age):
            return None
        first = "up" if value.min_age is None else value.min_age
        span = f"from {first} on" if value.max_age is None else f"{first} to {value.max_age}"
        return f"{value} fits ages {span}, not {age}"


def read_pools_or_packaged(folder: Path) -> Pools:
    """Reads the pools of a data folder as `read_pools` does, or those of the dataset package if the folder has none yet."""
    return read_pools(folder if (folder / "attributes.jsonl").is_file() else packaged_path())


def read_pools(folder: Path) -> Pools:
    """Reads the pools of a data folder.

    Raises:
        UserError: If a file is missing, a line is invalid, or a pool is empty.
    """
    values, statements = defaultdict(list), defaultdict(list)
    for value in read_rows(AttributeValue, folder / "attributes.jsonl"):
        values[value.attribute].append(value)
    values["gender"] = [AttributeValue("gender", gender) for gender in GENDER_WEIGHTS]
    for pool in POOL_OF_KEY.values():
        if not values[pool]:
            raise UserError(f"{folder / 'attributes.jsonl'} has no value of '{pool}': add some, or restore the file")
    exclusions = {
        frozenset({(row.if_attribute, row.if_value), (row.not_attribute, row.not_value)}): row.why
        for row in read_rows(_Exclusion, folder / "constraints.jsonl")
    }
    for item in read_rows(Statement, folder / "personality_items.jsonl"):
        if item.use != "test":
            statements[item.function, item.rank].append(item.text)
    return Pools(values, exclusions, statements)
