"""Three examples of what to say to a character, made from what it knows at its point in time."""

from __future__ import annotations

from human_simulacra.library import Library
from human_simulacra.types import Character


def conversation_starters(library: Library, character: Character) -> tuple[str, str, str]:
    """Returns three examples of a first message.

    Args:
        library: The characters, as of the point in time of the conversation.
        character: The character, as of that point.
    """
    years = [memory.year for memory in library.memories(character.id) if memory.year]
    # The shortest hobby is the one that is most often a plain word.
    hobby = min(character.hobbies, key=len, default="")
    return (
        f"What do you like about {hobby}?" if hobby else "What does an ordinary day look like for you?",
        f"What happened in your life in {max(years)}?" if years else "What is your earliest memory?",
        "Who are the people closest to you?",
    )
