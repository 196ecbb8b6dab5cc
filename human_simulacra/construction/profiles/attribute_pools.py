"""The attribute pools of a data folder, and which values are compatible.

`attributes.jsonl` has the values with their ages and minimum education, `constraints.jsonl` pairs of values that exclude each
other, `personality_items.jsonl` the statements that describe a function at a rank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
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


Pair = tuple[tuple[str, str], tuple[str, str]]


class Pools:
    """The values and personality statements that profiles are sampled from.

    Values keep their order, education in ascending order. `exclusions` has the reason for which two values exclude each other, by
    the pair in either order, and `statements` the personality statements of each (function, rank).
    """

    def __init__(
        self,
        values: Iterable[AttributeValue],
        exclusions: Mapping[Pair, str],
        statements: Mapping[tuple[str, int], tuple[str, ...]],
    ) -> None:
        grouped = defaultdict(list)
        for value in values:
            grouped[value.attribute].append(value)
        self.values: dict[str, tuple[AttributeValue, ...]] = {attribute: tuple(found) for attribute, found in grouped.items()}
        self.values["gender"] = tuple(AttributeValue("gender", gender) for gender in GENDER_WEIGHTS)
        self._exclusions = exclusions
        self.statements = statements
        self._education = {value.value: level for level, value in enumerate(self.values.get("education", ()))}

    def find_value(self, attribute: str, text: str) -> AttributeValue:
        """Returns a value of a pool in any case of letters; a text that is not in it becomes a value without limits."""
        known = {value.value.casefold(): value for value in self.values.get(attribute, ())}
        return known.get(text.casefold()) or AttributeValue(attribute, text)

    def find_character_values(self, character: Character) -> list[AttributeValue]:
        """Returns a character's attributes as values of the pools."""
        found = []
        for key, pool in POOL_OF_KEY.items():
            given = getattr(character, key)
            found += [self.find_value(pool, text) for text in (given if isinstance(given, tuple) else (given,))]
        return found

    def contains(self, value: AttributeValue) -> bool:
        """Returns whether a value is in its pool."""
        return value in self.values.get(value.attribute, ())

    def education_level(self, education: str | None) -> int | None:
        """Returns the level of an education, from 0; None if it is not in the pool."""
        return self._education.get(education) if education is not None else None

    def find_clash(self, one: AttributeValue, other: AttributeValue) -> str | None:
        """Returns why two values are incompatible, or None; their order does not matter."""
        if one.attribute == other.attribute and one.value == other.value:
            return f"{one} is there twice"
        for value, education in ((one, other), (other, one)):
            have, need = self.education_level(education.value), self.education_level(value.min_education)
            if education.attribute == "education" and have is not None and need is not None and have < need:
                return f"{value} needs '{value.min_education}' or more, not {education}"
        key = (one.attribute, one.value), (other.attribute, other.value)
        why = self._exclusions.get(key) or self._exclusions.get((key[1], key[0]))
        return f"{one} does not go with {other} ({why})" if why else None

    def find_age_fault(self, value: AttributeValue, age: int) -> str | None:
        """Returns why a value does not fit an age, or None."""
        if (value.min_age is None or value.min_age <= age) and (value.max_age is None or age <= value.max_age):
            return None
        span = f"from {value.min_age} on" if value.max_age is None else f"up to {value.max_age}"
        span = f"{value.min_age} to {value.max_age}" if value.min_age is not None and value.max_age is not None else span
        return f"{value} fits ages {span}, not {age}"


def read_pools_or_packaged(folder: Path) -> Pools:
    """Reads the pools of a data folder as `read_pools` does, or those of the dataset package if the folder has none yet."""
    return read_pools(folder if (folder / "attributes.jsonl").is_file() else packaged_path())


def read_pools(folder: Path) -> Pools:
    """Reads the pools of a data folder.

    Raises:
        UserError: If a file is missing, a line is invalid, or a pool is empty.
    """

    def rows(name: str, kind: type) -> list:
        return read_rows(kind, folder / f"{name}.jsonl")

    values = rows("attributes", AttributeValue)
    exclusions = {
        ((row.if_attribute, row.if_value), (row.not_attribute, row.not_value)): row.why for row in rows("constraints", _Exclusion)
    }
    statements = defaultdict(list)
    for item in rows("personality_items", Statement):
        if item.use != "test":
            statements[item.function, item.rank].append(item.text)
    pools = Pools(values, exclusions, {key: tuple(texts) for key, texts in statements.items()})
    missing = [pool for pool in POOL_OF_KEY.values() if not pools.values.get(pool)]
    if missing:
        raise UserError(f"{folder / 'attributes.jsonl'} has no value of '{missing[0]}': add some, or restore the file")
    return pools
