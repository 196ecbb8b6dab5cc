"""Settings that conversations share: characters, backbone and limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from human_simulacra.backbones.base import Backbone
from human_simulacra.errors import unknown
from human_simulacra.library import Library
from human_simulacra.memory.embedding import Embedder, SentenceEmbedder
from human_simulacra.types import Character

METHODS = ("macm", "rag", "prompt", "none")
BUDGET = 4000


@dataclass
class ChatSettings:
    """Settings that conversations share.

    Args:
        library: The characters.
        backbone: The backbone of all agents and summaries.
        backbone_name: The backbone's name that users see.
        max_tokens: Maximum length of an answer in tokens.
        temperature: Sampling temperature.
        seed: Seed of sampling.
        budget: Maximum length of a prompt in tokens.
        embedder: Encodes texts for retrieval.
        agents: How `macm` asks for thoughts and feelings unless its options say so; see `methods.macm`.
    """

    library: Library
    backbone: Backbone
    backbone_name: str
    max_tokens: int = 256
    temperature: float = 0.7
    seed: int = 0
    budget: int = BUDGET
    embedder: Embedder = field(default_factory=SentenceEmbedder)
    agents: str = "joint"


def check_character_and_method(library: Library, character: str, method: str) -> Character:
    """Returns a character by its id, its name or a beginning of it that no other has, before any backbone is built.

    Raises:
        UserError: If the character or the method is unknown; the message suggests the most similar name.
    """
    if method not in METHODS:
        raise unknown("method", method, METHODS)
    return library.character(library.find(character))
