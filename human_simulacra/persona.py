"""The persona: the system prompt of a character.

All methods share it, and agents are given a beginning of it, so that backbones can reuse its prefix.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.point_in_time import CharacterAt
from human_simulacra.prompts import render, render_sections, template
from human_simulacra.types import Character


@dataclass(frozen=True)
class PersonaParts:
    """The parts of a character's system prompt: attributes, personality traits, biography."""

    identity: str
    traits: str
    biography: str

    @property
    def character(self) -> str:
        """Identity and traits; like the identity alone, a beginning of the whole."""
        return f"{self.identity}\n\n{self.traits}"

    @property
    def whole(self) -> str:
        """All parts."""
        return "\n\n".join(filter(None, (self.character, self.biography)))


def persona_parts(character: Character) -> PersonaParts:
    """Returns the parts of a character's system prompt."""
    c = character
    family = c.family
    if isinstance(c, CharacterAt):
        family = f"{c.family}\n{render('persona_family_now', family=c.family_now)}"
    identity = render(
        "persona_identity", name=c.name, gender=c.gender, age=c.age, date_of_birth=c.date_of_birth,
        reference_date=c.reference_date, occupation=c.occupation, hobbies=", ".join(c.hobbies), family=family,
        education=c.education, short_term_goals=", ".join(c.short_term_goals), long_term_goal=c.long_term_goal,
    )  # fmt: skip
    traits = render("persona_traits", traits=" ".join(trait.text for trait in c.traits))
    return PersonaParts(identity, traits, render_sections("persona_biography", biography=c.biography))


def persona(character: Character) -> str:
    """Returns the system prompt of a character: attributes, personality traits and biography."""
    return persona_parts(character).whole


def agent_systems(parts: PersonaParts) -> dict[str, str]:
    """Returns the system messages of the agents that need less than the whole persona, by the name of their calls.

    The Memory agent compares what is said with its index, so it is given the identity; what goes through a person's head depends
    on the traits as well. The biography is left to the Top agent.
    """
    inner = ("thinking", "emotion", "joint", "thinking placebo", "emotion placebo")
    return {"memory": parts.identity, **dict.fromkeys(inner, parts.character)}


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
