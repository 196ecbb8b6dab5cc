"""Characters for the tests: sampled people, and Ida Holm with a profile and a story."""

from __future__ import annotations

import datetime
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from human_simulacra.construction.profiles.attribute_pools import Pools, read_pools
from human_simulacra.construction.profiles.constraints import parse_constraints, parse_settings
from human_simulacra.construction.profiles.profile_sampling import sample_profiles
from human_simulacra.construction.workspace import character_folder, open_folder
from human_simulacra.files import write_jsonl
from human_simulacra.library import packaged_path
from human_simulacra.types import Character, Paragraph

DAY = datetime.date(2025, 6, 30)
CONSTRAINTS = (
    "name=Ida Holm", "gender=female", "date_of_birth=1980-03-04", "occupation=bus driver", "hobbies=knitting, rowing, archery",
    "education=high school", "family=low-income, nuclear family", "long_term_goal=owning a home",
)  # fmt: skip
IDA = "ida-holm"
THINGS = ("lamp", "boat", "coat")


@cache
def pools() -> Pools:
    return read_pools(packaged_path())


def people(count: int, seed: int, *constraints: str, locale: str = "en_GB") -> list[Character]:
    return sample_profiles(pools(), locale, DAY, parse_constraints(parse_settings(constraints), pools()), count, seed)


def paragraph(number: int) -> Paragraph:
    """Returns a paragraph whose facts are its own: which lamp, boat and coat were bought in which village."""
    named = ", a ".join(f"{thing} called {thing.capitalize()}{number:02d}" for thing in THINGS)
    text = f"In {1990 + number} Ida bought a {named} in the village of Vik{number:02d}."
    return Paragraph(f"{IDA}-s{number:03d}", IDA, "One", 1, 1980, 2025, number, text)


def write_ida(out: Path, paragraphs: int = 12) -> Path:
    """Writes the profile and the story of Ida Holm, born on 4 March 1980, into a data folder of one's own."""
    open_folder(out)
    character = people(1, 0, *CONSTRAINTS)[0]
    biography = (
        "Ida Holm was born on 4 March 1980 and grew up in Vik. She finished high school and became a bus driver. "
        "At 45 she still likes archery. She means to own a home one day."
    )
    folder = character_folder(out, IDA)
    write_jsonl(folder / "profile.jsonl", [asdict(replace(character, biography=biography))])
    write_jsonl(folder / "story.jsonl", (asdict(paragraph(number)) for number in range(1, paragraphs + 1)))
    return out
