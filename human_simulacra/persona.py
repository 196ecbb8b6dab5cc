"""The persona: who the model is told it is. The same text for every method and agent, so that its prefix is shared."""

from __future__ import annotations

import random

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.prompts import render, template
from human_simulacra.types import Character


def persona(character: Character) -> str:
    """Returns the system prompt that makes a model the character: attributes, traits, biography."""
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
    """Returns the system prompt of the method `none`, which knows nothing of any character."""
    return template("no_persona")


def shuffled_character(library: Library, character_id: str, seed: int) -> str:
    """Returns the id of the other character whose persona the control `shuffled` answers with.

    The characters stand in a seeded circle and each takes the next one's place, so that nobody stays and none is taken twice.

    Raises:
        UserError: If the library has only one character.
    """
    circle = list(library.ids)
    if len(circle) < 2:
        raise UserError(f"method 'shuffled' needs two characters or more, {library.path} has {len(circle)}")
    random.Random(seed).shuffle(circle)
    return circle[(circle.index(character_id) + 1) % len(circle)]
