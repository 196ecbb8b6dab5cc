"""mem0 (Apache-2.0, arXiv 2504.19413) as a memory system, without a language model, a key, network or files of its own data.

Memories are stored as they are (`infer=False`), in an in-memory Qdrant collection. mem0 then ranks by the cosine of the shared
embedder; its extraction of facts by a language model is not used.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from human_simulacra.files import cache_dir
from human_simulacra.memory.embedding import Embedder
from human_simulacra.memory.memory_text import memory_text
from human_simulacra.types import Character, Memory

# mem0 reads both at import: it sends usage data to its makers unless told not to, and writes a settings file to its folder.
os.environ.setdefault("MEM0_TELEMETRY", "False")
os.environ.setdefault("MEM0_DIR", str(cache_dir() / "mem0"))
logging.getLogger("mem0").setLevel(logging.ERROR)  # otherwise each search warns that optional parts are not installed
mem0: Any = import_module("mem0")

# mem0 demands a key for the models that it could call; no call is made.
_NO_MODEL = {"provider": "openai", "config": {"api_key": "unused"}}


class Mem0:
    """The memory of one character in mem0; see `memory_systems.MemorySystem`."""

    def __init__(self, character: Character, embedder: Embedder) -> None:
        self._character, self._embedder = character.id, embedder

    def add(self, memories: Sequence[Memory]) -> None:
        """Stores memories as prompts show them."""
        texts = [memory_text(memory) for memory in memories]
        dimensions = self._embedder.encode(texts).shape[1]  # in one batch; mem0 asks for one text after the other
        self._memory = _in_memory(dimensions)
        self._memory.embedding_model = _SharedEmbedder(self._embedder)
        for memory, text in zip(memories, texts, strict=True):
            self._memory.add(text, user_id=self._character, metadata={"memory_id": memory.id}, infer=False)

    def search(self, query: str, count: int) -> list[tuple[str, float]]:
        """Returns up to `count` pairs of a memory's id and mem0's score."""
        found = self._memory.search(query, top_k=count, filters={"user_id": self._character}, threshold=0.0)
        return [(row["metadata"]["memory_id"], row["score"]) for row in found["results"]]


def _in_memory(dimensions: int) -> Any:
    """Returns an empty mem0 memory for vectors of this length."""
    client = import_module("qdrant_client").QdrantClient(":memory:")
    store = {"provider": "qdrant", "config": {"client": client, "embedding_model_dims": dimensions}}
    parts = {"vector_store": store, "llm": _NO_MODEL, "embedder": _NO_MODEL, "history_db_path": ":memory:"}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Payload indexes have no effect")
        return mem0.Memory.from_config(parts)


class _SharedEmbedder:
    """Gives mem0 the embedder of all retrievers."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed(self, text: str, memory_action: str | None = None) -> list[float]:
        return self._embedder.encode([text])[0].tolist()
