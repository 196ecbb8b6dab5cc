"""The persona: the system prompt of a character. All methods and agents share it, so that backbones can reuse its prefix."""

from __future__ import annotations

import random

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.prompts import render, template
from human_simulacra.types import Character


def persona(character: Character) -> str:
    """Returns the system prompt of a character: attributes, personality traits and biography."""
    c = character
    return render(
        "persona", name=c.name, gender=c.gender, age=c.age, date_of_birth=c.date_of_birth, reference_date=c.reference_date,
        occupation=c.occupation, hobbies=", ".join(c.hobbies), family=c.family, education=c.education,
        short_term_goals=", ".join(c.short_term_goals), long_term_goal=c.long_term_goal,
        traits=" ".join(trait.text for trait in c.traits), biography=c.biography,
    )  # fmt: skip


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
