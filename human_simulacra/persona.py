"""The persona: the system prompt of a character. All methods and agents share it, so that backbones can reuse its prefix."""

from __future__ import annotations

import random

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.prompts import render, template
from human_simulacra.types import Character


def persona(character: Character) -> str:
    """Returns the system prompt of a character: attributes, personality traits and biography."""
    return render(
        "persona",
        name=character.name,
        gender=character.gender,
        age=character.age,
        date_of_birth=character.date_of_birth,
        reference_date=character.reference_date,
        occupation=character.occupation,
        hobbies=", ".join(character.hobbies),
        family=character.family,
        education=character.education,
        short_term_goals=", ".join(character.short_term_goals),
        long_term_goal=character.long_term_goal,
        traits=" ".join(trait.text for trait in character.traits),
        biography=character.biography,
    )


def no_persona() -> str:
    """Returns the system prompt of method `none`, which contains no character."""
    return template("no_persona")


def shuffled_character(library: Library, character_id: str, seed: int) -> str:
    """Returns the id of the character whose persona replaces `character_id` in the control `shuffled`.

    The characters are put in a seeded circular order, and each gets the next one's persona. No character keeps its own
    persona, and none is used twice.

    Raises:
        UserError: If the library has only one character.
    """
    circle = list(library.ids)
    if len(circle) < 2:
        raise UserError(f"method 'shuffled' needs at least two characters, {library.path} has {len(circle)}")
    random.Random(seed).shuffle(circle)
    return circle[(circle.index(character_id) + 1) % len(circle)]
