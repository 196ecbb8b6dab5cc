"""Making a conversation into a long-term memory, by the same agents that make memories of the life story."""

from __future__ import annotations

from dataclasses import replace

from human_simulacra.agents.asking import Asker
from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.records import Experience
from human_simulacra.construction.memories.memory_construction import build_memory
from human_simulacra.prompts import render
from human_simulacra.types import Character, Paragraph

CHAPTER = "Conversations"


async def experience_of(ask: Asker, character: Character, scene: str, talk: str, number: int, at: str) -> Experience:
    """Returns a conversation as an experience.

    Args:
        ask: Asks the backbone as the character.
        character: Who lived through it.
        scene: Where.
        talk: What was said, a line a speaker.
        number: Its number among the character's experiences, from 1.
        at: When, for the record (ISO 8601).

    Raises:
        BackboneError: If the backbone writes nothing down.
    """
    year = int(character.reference_date[:4])
    told = render("chat_experience", name=character.name, scene=scene, talk=talk)
    paragraph = Paragraph(f"{character.id}-x{number:03d}", character.id, CHAPTER, 0, year, year, number, told)
    memory = await build_memory(ask, character.id, character.name, number, [paragraph])
    if not memory.content:
        raise BackboneError("the backbone wrote no memory of it, so nothing was kept: try again")
    memory = replace(memory, id=f"{character.id}-xm{number:03d}", summary=memory.summary or memory.content)
    return Experience(memory, paragraph, at)
