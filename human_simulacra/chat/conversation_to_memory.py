"""Converts a conversation to a long-term memory, with the agents that make memories of the life story."""

from __future__ import annotations

from dataclasses import replace

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.conversation_types import Experience
from human_simulacra.construction.memories.memory_construction import build_memory
from human_simulacra.prompts import render
from human_simulacra.types import Character, Paragraph

CHAPTER = "Conversations"


async def make_experience(caller: ModelCaller, character: Character, scene: str, talk: str, number: int, at: str) -> Experience:
    """Converts a conversation to an experience.

    Args:
        caller: Calls the backbone with the character's persona.
        character: The character.
        scene: Where the conversation took place.
        talk: The dialogue, one line per utterance.
        number: Number of the experience for this character, from 1.
        at: Time of the experience (ISO 8601).

    Raises:
        BackboneError: If the backbone writes no memory.
    """
    year = int(character.reference_date[:4])
    text = render("chat_experience", name=character.name, scene=scene, talk=talk)
    paragraph = Paragraph(f"{character.id}-x{number:03d}", character.id, CHAPTER, 0, year, year, number, text)
    memory = await build_memory(caller, character.id, character.name, number, [paragraph])
    if not memory.content:
        raise BackboneError("the backbone wrote no memory, so nothing was stored: try again")
    memory = replace(memory, id=f"{character.id}-xm{number:03d}", summary=memory.summary or memory.content)
    return Experience(memory, paragraph, at)
