"""A character's searchable passages: memories by their summaries, or chunks of the story as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunk_text, chunks
from human_simulacra.memory.embedding import Embedder
from human_simulacra.memory.retrieval_indexes import Index, build_index, top_passages
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Memory, Paragraph


@dataclass(frozen=True)
class Passage:
    """A passage with the text that search reads and the text that an agent gets."""

    id: str
    search_text: str
    text: str
    paragraphs: tuple[str, ...]


def memory_passages(memories: Sequence[Memory]) -> list[Passage]:
    """Turns memories into passages: found by summary and content, read as content."""
    return [Passage(m.id, f"{m.summary} {m.content}", m.content, m.paragraphs) for m in memories]


def story_passages(story: Sequence[Paragraph], size: int) -> list[Passage]:
    """Turns a story into passages of `size` paragraphs."""
    cut = [(chunk, chunk_text(chunk)) for chunk in chunks(story, size)]
    return [Passage(chunk[0].id, text, text, tuple(p.id for p in chunk)) for chunk, text in cut]


@dataclass
class PassageSearcher:
    """Finds the passages that bear on a query; an index is built once a character and kind.

    Args:
        library: Where characters come from.
        embedder: For dense and hybrid indexes.
    """

    library: Library
    embedder: Embedder
    _built: dict[tuple[str, str, int], tuple[list[Passage], Index]] = field(default_factory=dict)

    def search_memories(self, character: str, kind: str, query: str, count: int) -> list[RetrievedPassage]:
        """Returns up to `count` memories, most relevant first."""
        return self._search(character, kind, 0, query, count)

    def search_story(self, character: str, kind: str, size: int, query: str, count: int) -> list[RetrievedPassage]:
        """Returns up to `count` chunks of `size` paragraphs, most relevant first."""
        return self._search(character, kind, size, query, count)

    def _search(self, character: str, kind: str, size: int, query: str, count: int) -> list[RetrievedPassage]:
        key = (character, kind, size)
        if key not in self._built:
            passages = (
                story_passages(self.library.story(character), size) if size else memory_passages(self.library.memories(character))
            )
            self._built[key] = (passages, build_index(kind, [p.search_text for p in passages], self.embedder))
        passages, index = self._built[key]
        found = top_passages(index, query, count)
        return [RetrievedPassage(passages[i].id, score, passages[i].text, passages[i].paragraphs) for i, score in found]
