"""Settings that conversations share: characters, backbone and limits."""

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
    """Settings that conversations share.

    `backbone` serves all agents and summaries; users see its `backbone_name`. `max_tokens` is the maximum length of an
    answer in tokens, `budget` that of a prompt. `embedder` encodes texts for retrieval.
    """

    library: Library
    backbone: Backbone
    backbone_name: str
    max_tokens: int = 256
    temperature: float = 0.7
    seed: int = 0
    budget: int = BUDGET
    embedder: Embedder = field(default_factory=SentenceEmbedder)


def check_character_and_method(library: Library, character: str, method: str) -> Character:
    """Returns a character by id or name; raises a UserError with the most similar name if it or the method is unknown."""
    if method not in METHODS:
        raise unknown("method", method, METHODS)
    return library.character(character if character in library.ids else slug(character))
