"""The ledger of a life: who did what and when, gathered from every accepted text, so that later texts agree with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from human_simulacra.construction.workspace import work_folder
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.library import Library
from human_simulacra.memory.embedding import Embedder
from human_simulacra.types import Character

SHOWN = 24  # facts in a prompt
NEAR_YEARS = 1  # facts so near in time are shown before others
STRONG_RANKS = 2  # of the functions whose traits describe a person


@dataclass(frozen=True)
class StatedFact:
    """A fact that a writer notes beside its text."""

    who: Annotated[str, Field(description="a person's name")]
    what: Annotated[str, Field(description="what holds or happened, in at most fifteen words, with places and numbers")]
    year: Annotated[int | None, Field(description="its year, null if it has none")]


@dataclass(frozen=True)
class LedgerFact(StatedFact):
    """A fact of a life; `source` is the id of the paragraph that tells it, or `profile`."""

    source: str

    def __str__(self) -> str:
        return f"{f'{self.year}, ' if self.year else ''}{self.who}: {self.what}"


def ledger_file(out: Path, character_id: str) -> Path:
    """Returns the file of a character's ledger."""
    return work_folder(out, character_id) / "ledger.jsonl"


def write_ledger(out: Path, character_id: str, facts: Iterable[LedgerFact]) -> None:
    """Writes a character's ledger."""
    write_jsonl(ledger_file(out, character_id), map(asdict, facts))


def read_ledger(library: Library, character_id: str) -> list[LedgerFact]:
    """Returns a character's ledger; where none was written, the summaries of its memories stand in for it."""
    path = ledger_file(library.path, character_id)
    if path.is_file():
        return read_rows(LedgerFact, path)
    if not (library.path / "characters" / character_id / "memories.jsonl").is_file():
        return []
    name = library.character(character_id).name
    return [LedgerFact(name, m.summary, m.year, source) for m in library.memories(character_id) for source in m.paragraphs]


def select_facts(facts: Sequence[LedgerFact], about: str, embedder: Embedder, first: int, last: int) -> list[LedgerFact]:
    """Returns the facts that matter to a text on `about` that tells of the years `first` to `last`, in order of time.

    If there are too many to show, half of them are near in time and the others near in meaning.
    """
    known = list(dict.fromkeys(facts))
    if len(known) > SHOWN:
        vectors = embedder.encode([*map(str, known), about])
        order = [int(i) for i in np.argsort(-np.round(vectors[:-1] @ vectors[-1], 5), kind="stable")]
        near = [i for i in order if (year := known[i].year) and first - NEAR_YEARS <= year <= last + NEAR_YEARS]
        chosen = list(dict.fromkeys([*near[: SHOWN // 2], *order]))[:SHOWN]
        known = [known[i] for i in sorted(chosen)]
    return sorted(known, key=lambda fact: fact.year or 0)


def format_facts(facts: Iterable[object]) -> str:
    """Formats facts for a prompt, one a line."""
    return "\n".join(f"- {fact}" for fact in facts) or "- nothing yet"


def list_statements(character: Character) -> tuple[str, ...]:
    """Returns a sentence for each value of an attribute; each is self-contained and stable as a key."""
    name = character.name
    return (
        f"{name} works as: {character.occupation}.",
        f"{name}'s education: {character.education}.",
        f"{name}'s family: {character.family}.",
        *(f"A hobby of {name}'s: {hobby}." for hobby in character.hobbies),
        *(f"{name} wants soon: {goal}." for goal in character.short_term_goals),
        f"{name} wants in the long run: {character.long_term_goal}.",
    )


def state_person(character: Character) -> str:
    """Returns the sentence on name, gender, birth and age."""
    return (
        f"{character.name}, {character.gender}, was born on {character.date_of_birth} and is {character.age} years old "
        f"on {character.reference_date}."
    )


def describe_profile(character: Character) -> str:
    """Returns what is true by the profile, one line a fact, for prompts and judges."""
    return format_facts([state_person(character), *list_statements(character)])


def describe_personality(character: Character) -> str:
    """Returns how the person is, in its own words: the statements of its strongest functions."""
    return " ".join(trait.text for trait in character.traits if trait.rank <= STRONG_RANKS)
