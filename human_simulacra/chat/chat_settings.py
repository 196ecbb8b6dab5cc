"""What conversations share: the characters, the backbone, the limits; and finding names among them."""

from __future__ import annotations

from dataclasses import dataclass, field

from human_simulacra.backbones.base import Backbone
from human_simulacra.errors import unknown
from human_simulacra.library import Library, slug
from human_simulacra.memory.embedding import Embedder, SentenceEmbedder
from human_simulacra.types import Character

METHODS = ("macm", "rag", "prompt", "none")
BUDGET = 4000


@dataclass
class ChatSettings:
    """What conversations share.

    Args:
        library: The characters.
        backbone: Answers, thinks, feels and sums up.
        backbone_name: What users see of it.
        max_tokens: Cap of an answer.
        temperature: Sampling temperature.
        seed: Seed of sampling.
        budget: Most tokens of any prompt.
        embedder: For retrieval.
    """

    library: Library
    backbone: Backbone
    backbone_name: str
    max_tokens: int = 256
    temperature: float = 0.7
    seed: int = 0
    budget: int = BUDGET
    embedder: Embedder = field(default_factory=SentenceEmbedder)


def find_character(library: Library, name: str) -> Character:
    """Returns a character by id or by name; an unknown one raises a UserError that names the nearest."""
    return library.character(name if name in library.ids else slug(name))


def check_character_and_method(library: Library, character: str, method: str) -> Character:
    """Returns the character; raises a UserError where it or the method is unknown, before any backbone is built."""
    if method not in METHODS:
        raise unknown("method", method, METHODS)
    return find_character(library, character)
