"""Memory systems from outside this package: their interface, how a config names them, and what they must return."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from human_simulacra.errors import UserError
from human_simulacra.memory.embedding import Embedder
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


def build_memory_system(
    retriever: str, character: Character, memories: Sequence[Memory], embedder: Embedder
) -> Callable[[str, int], list[tuple[int, float]]]:
    """Builds a memory system with a character's memories and returns its search.

    Returns:
        A function of a query and a count that returns (position in `memories`, score), most relevant first. It raises a UserError
        if the system returns anything but pairs of a known memory's id and a number, or a memory twice.
    """
    system = load_memory_system(retriever)(character, embedder)
    system.add(memories)
    positions = {memory.id: position for position, memory in enumerate(memories)}

    def search(query: str, count: int) -> list[tuple[int, float]]:
        found = system.search(query, count)
        try:
            pairs = [(positions[memory_id], float(score)) for memory_id, score in found][:count]
        except (KeyError, TypeError, ValueError):
            pairs = None
        if pairs is None or len({position for position, _ in pairs}) < len(pairs):
            raise UserError(
                f"retriever '{retriever}' returned {str(found)[:200]} for {character.id}: search must return pairs of the id of "
                "a memory that was given to add, each once, and a score"
            )
        return pairs

    return search
