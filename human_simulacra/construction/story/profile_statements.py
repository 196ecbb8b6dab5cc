"""The profile as sentences: for prompts, and to find what was added to it since a story was written."""

from __future__ import annotations

from collections.abc import Iterable

from human_simulacra.types import Character
from human_simulacra.validation.text_statistics import stems

STRONG_RANKS = 2  # of the functions whose traits a prompt contains


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


def describe_character(character: Character) -> str:
    """Returns the profile as lines for a prompt."""
    traits = " ".join(t.text for t in character.traits if t.rank <= STRONG_RANKS)
    lines = [
        f"{character.name}, {character.gender}, was born on {character.date_of_birth} and is {character.age} years old "
        f"on {character.reference_date}.",
        *list_statements(character),
        *([f"{character.name} says: {traits}"] if traits else []),
    ]
    return "\n".join(lines)


def find_new_statements(character: Character, known: Iterable[str]) -> list[str]:
    """Returns the statements of the profile that are not in `known`."""
    before = set(known)
    return [statement for statement in list_statements(character) if statement not in before]


def mentions(text: str, statement: str) -> bool:
    """Returns whether a text contains at least half of the content words of a statement."""
    wanted = stems(statement.split(": ", 1)[1])
    return not wanted or 2 * len(wanted & stems(text)) >= len(wanted)
