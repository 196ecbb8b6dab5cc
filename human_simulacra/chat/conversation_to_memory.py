"""Converts a conversation to a long-term memory, with the agents that make memories of the life story."""

from __future__ import annotations

from dataclasses import replace

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.conversation_types import Experience
from human_simulacra.construction.memories.memory_writer import build_memory
from human_simulacra.prompts import render
from human_simulacra.types import Character, Paragraph

CHAPTER = "Conversations"


async def make_experience(caller: ModelCaller, character: Character, scene: str, talk: str, at: str) -> Experience:
    """Converts a conversation to an experience, of which `Experiences.add` makes the final number.

    Args:
        caller: Calls the backbone with the character's persona.
        character: The character.
        scene: Where the conversation took place.
        talk: The dialogue, one line per utterance.
        at: Time of the experience (ISO 8601).

    Raises:
        BackboneError: If the backbone writes no memory.
    """
    year = int(character.reference_date[:4])
    text = render("chat_experience", name=character.name, scene=scene, talk=talk)
    paragraph = Paragraph(f"{character.id}-x", character.id, CHAPTER, 0, year, year, 1, text)
    memory = await build_memory(caller, character.id, character.name, 1, [paragraph])
    if not memory.content:
        raise BackboneError("the backbone wrote no memory, so nothing was stored: try again")
    memory = replace(memory, summary=memory.summary or memory.content)
    return Experience(memory, paragraph, at)
