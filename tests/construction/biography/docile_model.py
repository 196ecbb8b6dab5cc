"""Fixtures for biographies: a profile, a scripted model that obeys, and a data folder with a picked profile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from human_simulacra.construction.biography import BiographyOptions, generate_biography
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.profiles.attribute_pools import read_pools
from human_simulacra.construction.workspace import open_folder
from human_simulacra.files import write_jsonl
from human_simulacra.library import packaged_path
from human_simulacra.types import Character, Generation, Message
from tests.conftest import ScriptedBackbone
from tests.construction.invented_characters import people
from tests.construction.story.scripted_story import invented

ADA = replace(
    people(1, 0, "name=Ada Berg", "gender=female", "date_of_birth=1980-03-04", "occupation=baker", "education=high school",
         "family=low-income, nuclear family", "hobbies=hiking,knitting,yoga", "long_term_goal=publishing a book",
         "short_term_goals=learning first aid,seeing the dentist,walking to work")[0],
)  # fmt: skip
POOLS = read_pools(packaged_path())
PARTS = BiographyOptions("parts", 400, judge=False)
WHOLE = BiographyOptions("whole", 400, judge=False)


def asked_facts(messages: Sequence[Message]) -> str:
    """Returns the facts that a prompt states, as a docile model would repeat them."""
    found = re.search(r"What is known of [^\n]+:\n(.+)", messages[-1].content)
    assert found
    return found[1]


def obey(messages: Sequence[Message], generation: Generation = Generation(1)) -> str:
    """A docile model: every fact, each with something of its own around it."""
    told = re.split(r"(?<=\.) ", asked_facts(messages))
    return " ".join(f"{fact} {invented(fact)}" for fact in told)


def picked(tmp_path: Path, person: Character = ADA) -> Path:
    out = open_folder(tmp_path / "mine")
    write_jsonl(out / "making" / person.id / "profile.jsonl", [asdict(person)])
    return out


def make(out: Path, script: Any, options: BiographyOptions = PARTS, **more: Any):
    backbone = ScriptedBackbone(script)
    result = asyncio.run(generate_biography(Writer(backbone), out, ADA.id, options, **more))
    return backbone, result
