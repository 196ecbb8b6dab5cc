"""Search over a character's passages: long-term memories or chunks of the life story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunk_text, chunks
from human_simulacra.memory.embedding import Embedder
from human_simulacra.memory.memory_systems import build_memory_system, is_memory_system
from human_simulacra.memory.recency_importance import RecencyImportanceIndex
from human_simulacra.memory.retrieval_indexes import build_index, top_passages
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Memory, Paragraph

# A function of a query and a count that returns (position of the passage, score), most relevant first.
Search = Callable[[str, int], list[tuple[int, float]]]


@dataclass(frozen=True)
class Passage:
    """A passage: `search_text` is indexed, `text` goes into prompts, `paragraphs` are the ids of its source paragraphs."""

    id: str
    search_text: str
    text: str
    paragraphs: tuple[str, ...]


def memory_passages(memories: Sequence[Memory]) -> list[Passage]:
    """Converts memories to passages. Summary and content are indexed; prompts contain the content."""
    return [Passage(m.id, f"{m.summary} {m.content}", m.content, m.paragraphs) for m in memories]


def story_passages(story: Sequence[Paragraph], size: int) -> list[Passage]:
    """Converts a story to passages of `size` paragraphs."""
    cut = [(chunk, chunk_text(chunk)) for chunk in chunks(story, size)]
    return [Passage(chunk[0].id, text, text, tuple(p.id for p in chunk)) for chunk, text in cut]


@dataclass
class PassageSearcher:
    """Finds the passages relevant to a query. Indexes are built once for each character and kind.

    Args:
        library: The characters.
        embedder: Encodes texts for dense and hybrid indexes.
    """

    library: Library
    embedder: Embedder
    _built: dict[tuple[str, str, int], tuple[list[Passage], Search]] = field(default_factory=dict)

    def search_memories(self, character: str, kind: str, query: str, count: int) -> list[RetrievedPassage]:
        """Returns up to `count` memories, most relevant first.

        `kind` is `recency_importance`, a memory system (`memory_systems`), or as in `build_index`. Raises a UserError if a memory
        system is not installed or returns what it must not.
        """
        if (key := (character, kind, 0)) not in self._built:
            memories = self.library.memories(character)
            passages = memory_passages(memories)
            texts = [passage.search_text for passage in passages]
            if is_memory_system(kind):
                search = build_memory_system(kind, self.library.character(character), memories, self.embedder)
            elif kind == "recency_importance":
                index = RecencyImportanceIndex(memories, texts, self.library.character(character), self.embedder)
                search = partial(top_passages, index)
            else:
                search = partial(top_passages, build_index(kind, texts, self.embedder))
            self._built[key] = (passages, search)
        return self._search(key, query, count)

    def search_story(self, character: str, kind: str, size: int, query: str, count: int) -> list[RetrievedPassage]:
        """Returns up to `count` story chunks of `size` paragraphs, most relevant first; `kind` as in `build_index`."""
        if (key := (character, kind, size)) not in self._built:
            passages = story_passages(self.library.story(character), size)
            index = build_index(kind, [passage.search_text for passage in passages], self.embedder)
            self._built[key] = (passages, partial(top_passages, index))
        return self._search(key, query, count)

    def _search(self, key: tuple[str, str, int], query: str, count: int) -> list[RetrievedPassage]:
        passages, search = self._built[key]
        found = [(passages[place], score) for place, score in search(query, count)]
        return [RetrievedPassage(passage.id, score, passage.text, passage.paragraphs) for passage, score in found]
