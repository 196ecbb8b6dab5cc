"""Memory systems from outside this package: their interface, how a config names them, and what they must return."""

from __future__ import annotations

import importlib
import importlib.util
import math
from collections.abc import Callable, Container, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, Embedder
from human_simulacra.memory.memory_text import memory_text
from human_simulacra.memory.passage_search import SearchQuery
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Character, Memory

# Systems that have an adapter here: the class, the package that it needs, and the command that installs it.
ADAPTERS = {"mem0": ("human_simulacra.memory.mem0_adapter.Mem0", "mem0", "pip install 'human-simulacra[mem0]'")}


class MemorySystem(Protocol):
    """The memory of one character.

    It is built once per process as `System(character, embedder)`: who remembers, on which reference date, and the embedder
    that all retrievers share. It may ignore both.
    """

    def add(self, memories: Sequence[Memory]) -> None:
        """Stores the character's memories, in order. It is called once, before any search."""
        ...

    def search(self, query: str, count: int) -> Sequence[tuple[str, float]]:
        """Returns up to `count` pairs of a memory's id and its score, most relevant first."""
        ...


SystemFactory = Callable[[Character, Embedder], MemorySystem]


def is_memory_system(retriever: str) -> bool:
    """Returns whether the name of a retriever is one of `ADAPTERS` or a dotted path, such as `my_package.MySystem`."""
    return retriever in ADAPTERS or "." in retriever


def load_memory_system(retriever: str) -> SystemFactory:
    """Imports a memory system, but builds none.

    Args:
        retriever: One of `ADAPTERS`, or the dotted path of a class or function that can be imported.

    Raises:
        UserError: If the package that it needs is missing, or the path cannot be imported.
    """
    path, package, install = ADAPTERS.get(retriever, (retriever, "", ""))
    if package and importlib.util.find_spec(package) is None:
        raise UserError(f"retriever '{retriever}' needs the package {package}, which is not installed: `{install}`")
    module, _, name = path.rpartition(".")
    try:
        factory = getattr(importlib.import_module(module), name)
    except Exception as error:  # the module is Python code and may raise anything
        raise UserError(
            f"retriever '{retriever}' cannot be imported ({type(error).__name__}: {error}): give the dotted path of a class with "
            "the methods add and search, in a module that Python finds (PYTHONPATH)"
        ) from error
    if not callable(factory):
        raise UserError(f"retriever '{retriever}' is not a class or function that builds a memory system")
    return cast(SystemFactory, factory)


class MemorySystemSearch:
    """Search by a memory system, which is built and filled once for each character, at its first search.

    Args:
        retriever: The system; as in `load_memory_system`.
        library: The characters.
        embedder: The embedder that all retrievers share. The system gets it with a cache of single texts.
        text_cache: File of that cache; None for the user's.

    Raises:
        UserError: If the system cannot be imported.
    """

    def __init__(self, retriever: str, library: Library, embedder: Embedder, text_cache: Path | None = None) -> None:
        self._retriever, self._factory = retriever, load_memory_system(retriever)
        self._library, self._inner, self._text_cache = library, embedder, text_cache
        self._systems: dict[str, MemorySystem] = {}

    def search(self, character: str, query: SearchQuery, count: int) -> list[RetrievedPassage]:
        """Returns up to `count` memories, most relevant first.

        With options, the system is asked once for each text of the query, and a memory has the best of its scores, as in the
        package's own indexes.

        Raises:
            UserError: If the system returns anything but pairs of a memory's id and a finite number.
        """
        memories = {memory.id: memory for memory in self._library.memories(character)}
        if not memories:
            return []
        if character not in self._systems:
            system = self._factory(self._library.character(character), self._embedder)
            system.add(list(memories.values()))
            self._systems[character] = system
        best: dict[str, float] = {}
        for text in query.with_options:
            for name, score in self._check(self._systems[character].search(text, count), memories):
                best[name] = max(score, best.get(name, score))
        found = sorted(best, key=lambda name: -best[name])[:count]
        return [RetrievedPassage(name, best[name], memory_text(memories[name]), memories[name].paragraphs) for name in found]

    @cached_property
    def _embedder(self) -> CachedEmbedder:
        """The systems' embedder. They encode queries, too, which may come from a conversation: nothing new is kept on disk."""
        return CachedEmbedder(self._inner, TextCache(self._text_cache, keep=False))

    def _check(self, found: Any, known: Container[str]) -> list[tuple[str, float]]:
        try:
            pairs = [(name, float(score)) for name, score in found]
            if all(name in known and math.isfinite(score) for name, score in pairs):
                return pairs
        except (TypeError, ValueError):
            pass
        raise UserError(
            f"retriever '{self._retriever}' returned {str(found)[:200]}: search must return pairs (id, score), where the ids are "
            "of memories that were given to add, and the scores are finite numbers"
        )
